using System.Buffers;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Telling;
using NUnit.Framework;

namespace Ants.Tests.Unit.Throughput;

public class MeasuringTests
{
    [Test]
    public void Bytes_that_stand_where_they_were_not_sent_are_seen()
    {
        const int Odd = 40_001;
        byte[] bytes = [.. Pattern.At(Odd, Pattern.Period)];

        Assert.That(Pattern.Matches(Odd, bytes));
        Assert.That(Pattern.Matches(Odd + Pattern.Period, new ReadOnlySequence<byte>(bytes)));
        Assert.That(Pattern.Matches(Odd + 1, bytes), Is.False, "one byte was lost before");
        bytes[^1] ^= 1;
        Assert.That(Pattern.Matches(Odd, bytes), Is.False, "the last one is another");
    }

    [Test]
    public async Task A_request_is_read_as_it_was_written()
    {
        Request request = new(Work.Duplex, 1, 10, TimeSpan.FromSeconds(5));
        using MemoryStream stream = new();
        await request.WriteAsync(stream, CancellationToken.None);
        stream.Position = 0;

        Assert.That(await Request.ReadAsync(stream, CancellationToken.None), Is.EqualTo(request));
    }

    [TestCase(0, 0, 1, 1000)]
    [TestCase(9, 0, 1, 1000)]
    [TestCase(1, 0, 0, 1000)]
    [TestCase(1, 0, 101, 1000)]
    [TestCase(1, 0, 1, 0)]
    [TestCase(1, 0, 1, int.MaxValue)]
    public async Task A_request_that_makes_no_sense_is_none(byte work, byte way, int streams, int milliseconds)
    {
        using MemoryStream stream = new();
        await new Request((Work)work, way, streams, TimeSpan.FromMilliseconds(milliseconds)).WriteAsync(stream, CancellationToken.None);
        stream.Position = 0;

        Assert.That(await Request.ReadAsync(stream, CancellationToken.None), Is.Null);
    }

    [Test]
    public void A_figure_is_read_from_the_object_that_was_printed()
    {
        Figure figure = new() { MegabitsPerSecond = 1234.5, SenderCpu = 0.5, ReceiverCpu = 0.25, SenderAllocated = 1.25, ReceiverAllocated = 12 };

        string line = ResultJson.Write([new Result("direct", 1, [figure])], [], []);

        Assert.That(line, Does.StartWith("""{"results":[{"name":"direct","streams":1,"mbit_s":1234.5,"""));
        Assert.That(line, Does.Contain("""cpu_s_per_gb":0.75,""").And.Contain("""alloc_b_per_packet":13.25,"""));
        Assert.That(ResultJson.ReadFigure(line), Is.EqualTo(figure));
        Assert.That(() => ResultJson.ReadFigure("""{"event":"ready"}"""), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Cpu_is_counted_for_a_gigabyte_that_came()
    {
        Report sender = new(Verdict.Counts, 3_000_000_000, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1.8));
        Report receiver = new(Verdict.Counts, 2_000_000_000, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));

        Figure figure = Figure.Of(sender, receiver);

        Assert.That(figure.MegabitsPerSecond, Is.EqualTo(8_000).Within(0.001));
        Assert.That(figure.SenderCpu, Is.EqualTo(0.9).Within(1e-9), "0.9 of a processor, for what came and not for what was sent");
        Assert.That(figure.ReceiverCpu, Is.EqualTo(0.5).Within(1e-9));
    }

    [Test]
    public void Allocations_are_counted_for_a_packet_of_the_process_that_made_them()
    {
        Report sender = new(Verdict.Counts, 1, TimeSpan.FromSeconds(1), TimeSpan.Zero) { Allocated = 3_000, Packets = 1_000 };
        Report receiver = new(Verdict.Counts, 1, TimeSpan.FromSeconds(1), TimeSpan.Zero) { Allocated = 4_000, Packets = 500 };

        Figure figure = Figure.Of(sender, receiver);

        Assert.That((figure.SenderAllocated, figure.ReceiverAllocated, figure.Allocated), Is.EqualTo((3.0, 8.0, 11.0)));
        Assert.That(Figure.Of(sender, receiver with { Packets = 0 }).Allocated, Is.Null, "nobody counts the packets of a yardstick");
    }

    [Test]
    public async Task A_report_is_read_as_it_was_written()
    {
        Report report = new(Verdict.Counts, 1, TimeSpan.FromTicks(2), TimeSpan.FromTicks(3)) { Allocated = 4, Packets = 5 };
        using MemoryStream stream = new();
        await report.WriteAsync(stream, CancellationToken.None);
        stream.Position = 0;

        Assert.That(await Report.ReadAsync(stream, CancellationToken.None), Is.EqualTo(report));
    }

    [Test]
    public void A_table_has_what_was_measured_and_nothing_where_nothing_was()
    {
        using StringWriter text = new();
        Result ours = new("direct", 1, [new Figure { MegabitsPerSecond = 100, SenderAllocated = 1.24, ReceiverAllocated = 98.7 }]);
        Result tls = new("tls", 1, [new Figure { MegabitsPerSecond = 50 }]);

        Table.Write(text, [ours, tls], []);

        string[] lines = text.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.That(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "direct", "100", "100-100", "2.00", "1.2", "98.7" }));
        Assert.That(lines[1], Has.Length.EqualTo(lines[0].Length), "its last column stands under its head");
        Assert.That(lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "tls", "50", "50-50", "1.00" }));
    }
}
