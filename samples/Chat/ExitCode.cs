namespace Ants.Samples.Chat;

/// <summary>What the process says to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>The conversation ended in order.</summary>
    public const int Clean = 0;

    /// <summary>The session ended otherwise, or never came to be.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for cannot be done as asked: an option, an address, the identity file, the port.</summary>
    public const int BadInput = 2;

    /// <summary>No relay knows the peer, and no direct address answered.</summary>
    public const int UnknownPeer = 3;

    /// <summary>The code of a failure.</summary>
    public static int Of(AntsError error) => error switch
    {
        AntsError.InvalidOptions or AntsError.IdentityUnreadable or AntsError.IdentityLocked or AntsError.AddressInUse => BadInput,
        AntsError.PeerUnreachable => UnknownPeer,
        _ => Failed,
    };
}
