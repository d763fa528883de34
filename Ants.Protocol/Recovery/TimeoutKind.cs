namespace Ants.Protocol.Recovery;

/// <summary>What a deadline of <see cref="LossRecovery"/> turned out to be.</summary>
internal enum TimeoutKind : byte
{
    /// <summary>Nothing was due.</summary>
    None,

    /// <summary>Packets sent long enough before one that was acknowledged were looked at, and reported if lost.</summary>
    Loss,

    /// <summary>No acknowledgement came: send one or two packets that ask for one (RFC 9002 section 6.2.4).</summary>
    ProbeTimeout,
}
