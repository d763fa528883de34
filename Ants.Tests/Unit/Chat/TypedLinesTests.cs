using System.IO.Pipelines;
using System.Text;
using Ants.Samples.Chat.Lines;
using NUnit.Framework;

namespace Ants.Tests.Unit.Chat;

[CancelAfter(30_000)]
public sealed class TypedLinesTests
{
    [Test]
    public async Task Lines_wait_in_order_until_they_are_taken_and_then_end(CancellationToken ct)
    {
        TypedLines typed = new(new MemoryStream("one\ntwo\n"u8.ToArray()), _ => { });

        Assert.That(await TakeAllAsync(typed, ct), Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task A_writer_of_many_lines_is_slowed_down_and_loses_none(CancellationToken ct)
    {
        const int Lines = TypedLines.Capacity * 5;
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
        TypedLines typed = new(pipe.Reader.AsStream(), _ => { });
        Task writing = WriteAsync(pipe.Writer, Lines, ct);

        // The thousand lines and two small buffers hold less than is written.
        Assert.That(await typed.WaitAsync(ct), Is.True);
        Assert.That(writing.IsCompleted, Is.False);
        List<string> taken = await TakeAllAsync(typed, ct);
        await writing;
        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, Lines).Select(i => $"line {i}")));
    }

    [Test]
    public async Task A_line_too_long_to_send_is_named_and_the_others_are_kept(CancellationToken ct)
    {
        List<string> complaints = [];
        string text = $"one\n{new string('x', LineReader.MaxLineBytes + 1)}\nthree\n";
        TypedLines typed = new(new MemoryStream(Encoding.UTF8.GetBytes(text)), complaints.Add);

        Assert.Multiple(async () =>
        {
            Assert.That(await TakeAllAsync(typed, ct), Is.EqualTo(new[] { "one", "three" }));
            Assert.That(complaints, Is.EqualTo(new[] { $"Line 2 was not sent: it is longer than {LineReader.MaxLineBytes} bytes." }));
        });
    }

    private static async Task WriteAsync(PipeWriter writer, int lines, CancellationToken ct)
    {
        for (int i = 0; i < lines; i++)
        {
            LineWriter.Write(writer, $"line {i}");
            await writer.FlushAsync(ct);
        }

        await writer.CompleteAsync();
    }

    private static async Task<List<string>> TakeAllAsync(TypedLines typed, CancellationToken ct)
    {
        List<string> lines = [];
        while (await typed.WaitAsync(ct))
        {
            while (typed.TryTake(out string line))
            {
                lines.Add(line);
            }
        }

        return lines;
    }
}
