using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>Counts what a file of vectors gave, and says it: run, skipped (with why), failed.</summary>
internal sealed class VectorTally(string name)
{
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    public int Run { get; private set; }

    public void Check(string what, bool good)
    {
        Run++;
        if (!good)
        {
            _failures.Add(what);
        }
    }

    public void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    public void Report(int expectedRun)
    {
        string reasons = string.Join(", ", _skipped.Select(pair => $"{pair.Value} {pair.Key}"));
        TestContext.Progress.WriteLine($"{name}: {Run} run, {_skipped.Values.Sum()} skipped{(reasons.Length > 0 ? $" ({reasons})" : string.Empty)}, {_failures.Count} failed");
        Assert.Multiple(() =>
        {
            Assert.That(_failures, Is.Empty);
            Assert.That(Run, Is.EqualTo(expectedRun), "the number of vectors run");
        });
    }
}
