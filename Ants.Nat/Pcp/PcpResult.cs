namespace Ants.Nat;

/// <summary>The result codes of PCP (RFC 6887 section 7.4).</summary>
internal enum PcpResult : byte
{
    Success = 0,
    UnsupportedVersion = 1,
    NotAuthorized = 2,
    MalformedRequest = 3,
    UnsupportedOpcode = 4,
    UnsupportedOption = 5,
    MalformedOption = 6,
    NetworkFailure = 7,
    NoResources = 8,
    UnsupportedProtocol = 9,
    UserExceededQuota = 10,
    CannotProvideExternal = 11,

    /// <summary>The request did not come from where it says: there is a NAT between us and the router.</summary>
    AddressMismatch = 12,
    ExcessiveRemotePeers = 13,
}
