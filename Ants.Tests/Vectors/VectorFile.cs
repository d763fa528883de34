using System.Text.Json;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>
/// Finds the published vectors: a folder shared/vectors beside the repository, or where ANTS_VECTORS says. A test that
/// needs one where there is none is ignored, with the reason.
/// </summary>
internal static class VectorFile
{
    public static JsonDocument Open(string relativePath)
    {
        string? path = Roots().Select(root => Path.Combine(root, relativePath)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Ignore($"{relativePath} is not here: no shared/vectors beside the repository, and ANTS_VECTORS does not lead to it.");
        }

        using FileStream stream = File.OpenRead(path!);
        return JsonDocument.Parse(stream);
    }

    /// <summary>The hex field of an object; empty where the field is absent.</summary>
    public static byte[] Hex(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? Convert.FromHexString(value.GetString()!) : [];

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Every test of a Wycheproof file, with the group it stands in.</summary>
    public static IEnumerable<(JsonElement Group, JsonElement Test)> WycheproofTests(this JsonDocument document) =>
        from theGroup in document.RootElement.GetProperty("testGroups").EnumerateArray()
        from test in theGroup.GetProperty("tests").EnumerateArray()
        select (theGroup, test);

    public static bool HasFlag(this JsonElement test, string flag) =>
        test.TryGetProperty("flags", out JsonElement flags) && flags.EnumerateArray().Any(item => item.GetString() == flag);

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("ANTS_VECTORS") is { Length: > 0 } named)
        {
            yield return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared", "vectors");
        }
    }
}
