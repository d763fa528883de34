namespace Ants.Nat;

/// <summary>The result codes of NAT-PMP (RFC 6886 section 3.5).</summary>
internal enum NatPmpResult
{
    Success = 0,
    UnsupportedVersion = 1,
    NotAuthorized = 2,

    /// <summary>The router has no address outside yet.</summary>
    NetworkFailure = 3,
    OutOfResources = 4,
    UnsupportedOpcode = 5,
}
