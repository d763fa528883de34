namespace Ants.Nat;

/// <summary>How a STUN transaction stands or ended.</summary>
public enum StunOutcome
{
    /// <summary>No answer yet.</summary>
    Pending = 0,

    /// <summary>The server told the mapped address.</summary>
    Success,

    /// <summary>No answer came within the transaction's time: the server is away, or UDP to it is blocked.</summary>
    TimedOut,

    /// <summary>The server answered with an error; <see cref="StunResult.ErrorCode"/> says which.</summary>
    Refused,

    /// <summary>The server's answer lacked a usable address, or must be understood and is not.</summary>
    BadResponse,

    /// <summary>The request could not be sent: there is no route to the server, or no such address family here.</summary>
    Unreachable,
}
