namespace Ants.Protocol;

/// <summary>How datagrams travel between the two ends of a path.</summary>
internal enum CarrierKind : byte
{
    /// <summary>Straight from socket to socket.</summary>
    Udp,

    /// <summary>Inside the session that one holds with a relay.</summary>
    Relayed,

    /// <summary>In messages of a WebSocket, between an agent and its relay: for networks that let no UDP out.</summary>
    WebSocket,
}
