namespace Ants.Testing.Lab;

/// <summary>The programs that the lab calls, and the Debian package that each comes from.</summary>
internal static class LabTools
{
    private static readonly (string Tool, string Package)[] Required =
    [
        ("bash", "bash"),
        ("unshare", "util-linux"),
        ("nsenter", "util-linux"),
        ("setsid", "util-linux"),
        ("ip", "iproute2"),
        ("nft", "nftables"),
        ("conntrack", "conntrack"),
    ];

    /// <summary>Our PATH, and the folders of administrators' tools, which an ordinary user's PATH lacks on Debian.</summary>
    public static string SearchPath { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin";

    /// <summary>Where a tool is; its bare name if it is nowhere.</summary>
    public static string Locate(string tool) => Find(tool) ?? tool;

    /// <summary>The tools that are not installed, each with its package.</summary>
    public static IReadOnlyList<(string Tool, string Package)> Missing() =>
        [.. Required.Where(required => Find(required.Tool) is null)];

    private static string? Find(string tool) => SearchPath
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, tool))
        .FirstOrDefault(File.Exists);
}
