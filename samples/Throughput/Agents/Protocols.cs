namespace Ants.Samples.Throughput.Agents;

/// <summary>What is spoken between the two agents.</summary>
internal static class Protocols
{
    /// <summary>The request, a verdict on the path, and in the end the report. One stream in a session.</summary>
    public const string Control = "throughput/1";

    /// <summary>What is measured. As many streams as were requested.</summary>
    public const string Bytes = "throughput-bytes/1";

    /// <summary>How long a session is given to get a path of the kind that is to be measured: several times what a punch takes.</summary>
    public static TimeSpan PathPatience { get; } = TimeSpan.FromSeconds(10);
}
