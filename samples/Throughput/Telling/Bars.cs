namespace Ants.Samples.Throughput.Telling;

/// <summary>What ANTS promises of its speed, as ratios within one run: absolute figures drift from machine to machine and hour to hour.</summary>
internal static class Bars
{
    // Ten streams do the same work as one on the same two processors, so their true ratio is 1; medians of five runs differ by up to
    // a twentieth from one set of runs to the next.
    private const double Noise = 0.95;

    /// <summary>Those that can be judged by what was measured.</summary>
    public static IReadOnlyList<Bar> Judge(IReadOnlyList<Result> results)
    {
        return
        [
            .. Rate("direct", "tls", 1.2, "at least 1.2 x TLS over TCP"),
            .. Rate("direct", "sealed-datagrams", 0.5, "at least half of the sealed datagrams' limit", isStretch: true),
            .. Rate("direct-10", "direct", Noise, "no worse than one stream (a twentieth is noise)"),
            .. Rate("relayed-udp", "direct", 0.5, "at least 0.5 x direct"),
            .. Rate("relayed-websocket", "direct", 0.2, "at least 0.2 x direct"),
            .. Ping("ping-direct", "ping-tls", 1, "no slower than over TLS"),
            .. Ping("ping-direct", "ping-udp-echo", 1.5, "at most 1.5 x a plain UDP echo", isStretch: true),
            .. Rate("sealed-datagrams", "tls", 2.5, "at least 2.5 x TLS, or the yardstick is broken"),
        ];

        IEnumerable<Bar> Rate(string what, string than, double limit, string text, bool isStretch = false) =>
            Compare(what, than, result => result.MegabitsPerSecond, limit, text, isCeiling: false, isStretch);

        IEnumerable<Bar> Ping(string what, string than, double limit, string text, bool isStretch = false) =>
            Compare(what, than, result => result.P50, limit, text, isCeiling: true, isStretch);

        IEnumerable<Bar> Compare(
            string what, string than, Func<Result, Range?> quantity, double limit, string text, bool isCeiling, bool isStretch)
        {
            if (Median(what) is { } left && Median(than) is { } right)
            {
                yield return new Bar($"{what}: {text}", left / right, limit, isCeiling, isStretch);
            }

            double? Median(string name) => results.FirstOrDefault(result => result.Name == name) is { } result ? quantity(result)?.Median : null;
        }
    }
}
