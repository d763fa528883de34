namespace Ants.Bench.Bars.Routers;

/// <summary>How a router of the bar treats who asks it for a mapping.</summary>
internal enum RouterMood
{
    /// <summary>There is none that speaks a protocol: the yardstick.</summary>
    Absent,

    /// <summary>It says no to everything, by all protocols.</summary>
    Errors,

    /// <summary>It grants what cannot be true: addresses of nobody, port 0, others' requests, control addresses elsewhere.</summary>
    Lies,

    /// <summary>It answers the first question with ten thousand packets a second, and HTTP with a body that does not end.</summary>
    Floods,

    /// <summary>It takes connections and says nothing.</summary>
    Hangs,
}
