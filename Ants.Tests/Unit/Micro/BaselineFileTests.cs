using Ants.Bench.Micro.Comparing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Micro;

/// <summary>The table in docs/performance.md that benchmarks are compared with.</summary>
public class BaselineFileTests
{
    private static readonly string[] s_markers = ["<!-- baseline: written by scripts/bench.sh --save -->", "<!-- end of the baseline -->"];

    private string _path = "";

    [SetUp]
    public void SetUp() => _path = System.IO.Path.GetTempFileName();

    [TearDown]
    public void TearDown() => File.Delete(_path);

    [Test]
    public void A_baseline_is_read_as_it_was_written()
    {
        Figure[] figures = [new("Sealing.Seal Aegis128L", 175, 0, IsCipher: true), new("Codecs.VarInts", 3.07, 0), new("Transfers.Megabyte", 726_956, 7_266)];
        Empty();

        new BaselineFile(_path).Write(Set(figures), ["machine: one"]);
        FigureSet read = new BaselineFile(_path).Read();

        Assert.That((read.Cipher, read.Code), Is.EqualTo((956.0, 1_122.0)));
        Assert.That(figures.Select(figure => read.Figures[figure.Name]), Is.EqualTo(figures));
    }

    [Test]
    public void What_stands_around_the_table_stays_and_the_table_before_goes()
    {
        Empty("# Performance", "", "text");
        BaselineFile file = new(_path);
        file.Write(Set([new Figure("Old.One", 1, 0)]), ["machine: old"]);

        file.Write(Set([new Figure("New.One", 1234.4, 5)]), ["machine: new"]);

        string[] lines = File.ReadAllLines(_path);
        Assert.That(lines[..4], Is.EqualTo(new[] { "# Performance", "", "text", s_markers[0] }));
        Assert.That(lines[^2..], Is.EqualTo(new[] { s_markers[1], "behind" }));
        Assert.That(lines, Does.Contain("- machine: new").And.Contain("| New.One | 1,234 | 5 | code |"));
        Assert.That(lines, Has.None.Contains("Old").And.None.Contains("old"));
    }

    [Test]
    public void A_file_without_a_place_for_it_is_refused_and_left_as_it_is()
    {
        File.WriteAllLines(_path, ["text"]);
        BaselineFile file = new(_path);

        Assert.That(() => file.Read(), Throws.TypeOf<InvalidDataException>().With.Message.Contains(s_markers[0]));
        Assert.That(() => file.Write(Set([]), []), Throws.TypeOf<InvalidDataException>());
        Assert.That(File.ReadAllLines(_path), Is.EqualTo(new[] { "text" }));
    }

    [Test]
    public void A_table_without_yardsticks_is_refused()
    {
        File.WriteAllLines(_path, [s_markers[0], "| Codecs.VarInts | 3.07 | 0 | code |", s_markers[1]]);

        Assert.That(() => new BaselineFile(_path).Read(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("--save"));
    }

    [Test]
    public void The_baseline_of_this_repository_is_read()
    {
        FigureSet baseline = new BaselineFile(System.IO.Path.Combine(Repository.Root, "docs", "performance.md")).Read();

        Assert.That(baseline.Figures["Sealing.Seal Aegis128L"].IsCipher);
        Assert.That(baseline.Figures["Packets.Assemble"].IsCipher, Is.False);
        Assert.That(baseline.Figures.Values, Has.All.Matches<Figure>(figure => figure.Nanoseconds > 0 && figure.Bytes >= 0));
    }

    private static FigureSet Set(Figure[] figures) => new(figures.ToDictionary(figure => figure.Name), Cipher: 956, Code: 1_122);

    private void Empty(params string[] before) => File.WriteAllLines(_path, [.. before, .. s_markers, "behind"]);
}
