using System.Collections.Concurrent;
using System.Globalization;
using Ants.Protocol.Paths;

namespace Ants.Observing;

/// <summary>
/// The group of each event: its path. Packet numbers, round trips and windows are a path's own, and tools that know nothing of several paths show
/// each group as a connection by itself.
/// </summary>
internal static class QlogGroups
{
    /// <summary>What is of no path.</summary>
    public const string Session = "session";

    private const string Probes = "probes";

    // Of what peers can make of it: path ids are given by us and end with the session.
    private const uint MaxKept = 64;

    private static readonly ConcurrentDictionary<uint, string> s_names = new();

    public static string Of(uint pathId) => pathId switch
    {
        ProbePath.PathId => Probes,
        < MaxKept => s_names.GetOrAdd(pathId, Name),
        _ => Name(pathId),
    };

    private static string Name(uint id) => string.Create(CultureInfo.InvariantCulture, $"path {id}");
}
