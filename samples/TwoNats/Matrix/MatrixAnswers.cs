using System.Globalization;
using System.Net;
using System.Text.Json;
using Ants.Nat;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The lines that a <see cref="MatrixAgent"/> says, and how they are read.</summary>
internal static class MatrixAnswers
{
    /// <summary>There is no agent any more.</summary>
    public const string Stopped = "{}";

    /// <summary>The agent is registered, and mapped if it was to be.</summary>
    public static string Started(AntsAgent agent) => JsonSerializer.Serialize(new StartedAnswer(
        agent.Id.ToString(),
        agent.Port,
        [.. agent.PortMapping.Mappings.Select(mapping => new MappedAddress(mapping.Protocol.ToString(), mapping.External.ToString()))]));

    /// <summary>The session is direct, or both are null.</summary>
    public static string Arrived(IPEndPoint? direct, TimeSpan? toDirect) =>
        JsonSerializer.Serialize(new ArrivedAnswer(direct?.ToString(), toDirect?.TotalMilliseconds));

    /// <summary>It could not be done.</summary>
    public static string Failed(string why) => JsonSerializer.Serialize(new FailedAnswer(why));

    /// <summary>A number of milliseconds, as it is told.</summary>
    public static TimeSpan Patience(string text) => TimeSpan.FromMilliseconds(long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>Reads what a start came to.</summary>
    /// <exception cref="MatrixException">It failed.</exception>
    public static StartedAnswer ReadStarted(string line) => Read<StartedAnswer>(line);

    /// <summary>Reads what a session came to.</summary>
    /// <exception cref="MatrixException">There was none.</exception>
    public static (IPEndPoint? Direct, TimeSpan? ToDirect) ReadArrived(string line)
    {
        ArrivedAnswer answer = Read<ArrivedAnswer>(line);
        return (
            answer.Direct is null ? null : IPEndPoint.Parse(answer.Direct),
            answer.ToDirect is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
    }

    /// <summary>Reads an answer that says nothing.</summary>
    /// <exception cref="MatrixException">It failed.</exception>
    public static void ReadStopped(string line) => _ = Read<FailedAnswer>(line);

    private static T Read<T>(string line) => JsonSerializer.Deserialize<FailedAnswer>(line)!.Failure is { } failure
        ? throw new MatrixException(failure)
        : JsonSerializer.Deserialize<T>(line)!;

    /// <summary>A failure, or none.</summary>
    internal sealed record FailedAnswer(string? Failure);

    /// <summary>Where a session is direct to, and after how many milliseconds.</summary>
    internal sealed record ArrivedAnswer(string? Direct, double? ToDirect);

    /// <summary>Who was started, on which port, and what is mapped to it.</summary>
    internal sealed record StartedAnswer(string Agent, int Port, MappedAddress[] Mapped)
    {
        /// <summary>What is mapped, as it is used.</summary>
        public IReadOnlyList<(PortMappingProtocols Protocol, IPEndPoint External)> Mappings =>
            [.. Mapped.Select(one => (Enum.Parse<PortMappingProtocols>(one.Protocol), IPEndPoint.Parse(one.External)))];
    }

    /// <summary>One mapping.</summary>
    internal sealed record MappedAddress(string Protocol, string External);
}
