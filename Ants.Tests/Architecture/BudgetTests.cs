using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace Ants.Tests.Architecture;

public class BudgetTests
{
    private const int MaxLines = 400;

    [Test]
    public void No_file_is_longer_than_400_lines()
    {
        string root = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "..", ".."));
        List<string> over = [];
        foreach (string project in Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories).Order())
        {
            string folder = System.IO.Path.GetDirectoryName(project)!;
            (string File, int Lines)[] files = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !IsBuilt(System.IO.Path.GetRelativePath(folder, file)))
                .Select(file => (file, File.ReadLines(file).Count())).OrderBy(file => file.Item2)];
            if (files.Length == 0)
            {
                continue;
            }

            TestContext.Out.WriteLine($"{System.IO.Path.GetFileNameWithoutExtension(project),-20} {files.Length,4} files, lines: "
                + $"median {files[files.Length / 2].Lines}, p95 {files[files.Length * 95 / 100].Lines}, max {files[^1].Lines}");
            over.AddRange(files.Where(file => file.Lines > MaxLines).Select(file => $"{System.IO.Path.GetRelativePath(root, file.File)}: {file.Lines}"));
        }

        Assert.That(over, Is.Empty);
    }

    private static bool IsBuilt(string relative) =>
        relative.Split(System.IO.Path.DirectorySeparatorChar) is var parts && (parts.Contains("bin") || parts.Contains("obj"));

    private static string Here([CallerFilePath] string source = "") => source;
}
