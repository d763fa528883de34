using System.Globalization;

namespace Ants.Tests.Lab;

/// <summary>Which processes are in which kernel namespaces, as /proc tells it.</summary>
internal static class NamespaceCensus
{
    // The user namespace is not asked: a lab of root's shares it with everyone.
    private static readonly string[] Kinds = ["mnt", "net", "pid"];

    /// <summary>The namespaces of these processes, those that this process shares left out.</summary>
    public static HashSet<string> Of(params IEnumerable<int> processes)
    {
        HashSet<string> all = [.. processes.SelectMany(Read)];
        all.ExceptWith(Read(Environment.ProcessId));
        return all;
    }

    /// <summary>The processes in any of these namespaces.</summary>
    public static IReadOnlyList<int> ProcessesIn(HashSet<string> namespaces) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id != 0 && Read(id).Any(namespaces.Contains)),
    ];

    private static IEnumerable<string> Read(int process)
    {
        foreach (string kind in Kinds)
        {
            string? target;
            try
            {
                target = File.ResolveLinkTarget($"/proc/{process}/ns/{kind}", returnFinalTarget: false)?.Name;
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or another user's: then it is not in a namespace of ours.
                target = null;
            }

            if (target is not null)
            {
                yield return target;
            }
        }
    }
}
