namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>What ANTS is measured against.</summary>
internal enum Yardstick : byte
{
    /// <summary>A plain socket: neither secret nor bound to a key.</summary>
    Tcp = 1,

    /// <summary>TLS 1.3 over TCP with AES-256-GCM: what a program would take without ANTS.</summary>
    Tls,

    /// <summary>
    /// UDP. For bulk each datagram is sealed and opened by the cipher that a session would choose, through the sockets that an agent uses, with
    /// nothing that makes it reliable: the limit. An echo is plain.
    /// </summary>
    Datagrams,
}
