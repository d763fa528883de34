using System.Net;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Yardsticks;

namespace Ants.Samples.Throughput;

/// <summary>What a command line asks for, checked.</summary>
internal abstract record Options
{
    private Options()
    {
    }

    /// <summary>All of the table, in a lab of its own.</summary>
    /// <param name="Rows">What is measured.</param>
    /// <param name="Runs">How often.</param>
    /// <param name="Length">How long each time.</param>
    /// <param name="Json">Whether to print the results as JSON, last of all.</param>
    /// <param name="Chart">Where the chart goes; null for nowhere.</param>
    internal sealed record Bench(IReadOnlyList<Row> Rows, int Runs, TimeSpan Length, bool Json, string? Chart) : Options;

    /// <summary>The receiving agent.</summary>
    /// <param name="Identity">The file with its key; null for a key of this run.</param>
    /// <param name="Relays">Where it can be reached.</param>
    /// <param name="Qlog">Where traces of sessions go; null for none.</param>
    /// <param name="Json">Whether to say so as JSON.</param>
    internal sealed record Serve(string? Identity, IReadOnlyList<RelayAddress> Relays, string? Qlog, bool Json) : Options;

    /// <summary>The sending agent.</summary>
    /// <param name="Identity">The file with its key; null for a key of this run.</param>
    /// <param name="Relays">Where it can be reached.</param>
    /// <param name="Peer">The receiving agent.</param>
    /// <param name="Request">What to measure.</param>
    /// <param name="Qlog">Where traces of sessions go; null for none. They cost speed.</param>
    /// <param name="Json">Whether to print the result as JSON, last of all.</param>
    internal sealed record Send(string? Identity, IReadOnlyList<RelayAddress> Relays, Invite Peer, Request Request, string? Qlog, bool Json) : Options;

    /// <summary>The receiving end of the yardsticks; the bench starts it in its lab.</summary>
    /// <param name="Port">Of TCP and UDP.</param>
    internal sealed record ServeYardsticks(int Port) : Options;

    /// <summary>The sending end of a yardstick.</summary>
    /// <param name="Yardstick">Which.</param>
    /// <param name="To">Where the receiving end can be reached.</param>
    /// <param name="Work">What is done.</param>
    /// <param name="Length">How long.</param>
    internal sealed record SendYardstick(Yardstick Yardstick, IPEndPoint To, Work Work, TimeSpan Length) : Options;
}
