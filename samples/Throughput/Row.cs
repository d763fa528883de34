using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Yardsticks;

namespace Ants.Samples.Throughput;

/// <summary>One line of the table: what is measured, and over what.</summary>
/// <param name="Name">Its name in the table and in JSON.</param>
/// <param name="Work">What is done.</param>
/// <param name="Streams">Over how many streams.</param>
internal sealed record Row(string Name, Work Work, int Streams = 1)
{
    /// <summary>A yardstick; null for a session between agents.</summary>
    public Yardstick? Yardstick { get; init; }

    /// <summary>The kind of path that a session has to have, all along.</summary>
    public PathKind Path { get; init; }

    /// <summary>Whether no UDP passes the NATs, so that the agents reach their relay over WebSockets.</summary>
    public bool IsWithoutUdp { get; init; }

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("tcp", Work.Bulk) { Yardstick = Yardsticks.Yardstick.Tcp },
        new("tls", Work.Bulk) { Yardstick = Yardsticks.Yardstick.Tls },
        new("sealed-datagrams", Work.Bulk) { Yardstick = Yardsticks.Yardstick.Datagrams },
        new("direct", Work.Bulk) { Path = PathKind.Direct },
        new("direct-10", Work.Bulk, Streams: 10) { Path = PathKind.Direct },
        new("direct-duplex", Work.Duplex) { Path = PathKind.Direct },
        new("relayed-udp", Work.Bulk) { Path = PathKind.Relayed },
        new("relayed-websocket", Work.Bulk) { Path = PathKind.Relayed, IsWithoutUdp = true },
        new("ping-direct", Work.Echo) { Path = PathKind.Direct },
        new("ping-relayed", Work.Echo) { Path = PathKind.Relayed },
        new("ping-tls", Work.Echo) { Yardstick = Yardsticks.Yardstick.Tls },
        new("ping-udp-echo", Work.Echo) { Yardstick = Yardsticks.Yardstick.Datagrams },
    ];

    /// <summary>The row of a name; null when there is none.</summary>
    public static Row? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}
