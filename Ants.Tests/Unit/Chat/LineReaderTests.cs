using System.IO.Pipelines;
using System.Text;
using Ants.Samples.Chat.Lines;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Chat;

[CancelAfter(30_000)]
public sealed class LineReaderTests
{
    [TestCase("", new string[0])]
    [TestCase("\n", new[] { "" })]
    [TestCase("a\nb\n", new[] { "a", "b" })]
    [TestCase("a\r\n\r\nb\n", new[] { "a", "", "b" })]
    [TestCase("a\rb\n", new[] { "a\rb" })]
    [TestCase("no end", new[] { "no end" })]
    [TestCase("grüße 🐜\n", new[] { "grüße 🐜" })]
    public async Task Reads_lines_with_either_end_and_a_last_one_without(string text, string[] expected)
    {
        Assert.That(await ReadAsync(text), Is.EqualTo(expected));
    }

    [Test]
    public async Task Invalid_utf8_becomes_replacement_characters()
    {
        PipeReader input = PipeReader.Create(new MemoryStream([(byte)'a', 0xFF, (byte)'\n']));

        Assert.That((await new LineReader(input).ReadAsync()).Text, Is.EqualTo("a\uFFFD"));
    }

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(1_000_000, true)]
    public async Task A_line_beyond_the_limit_is_passed_over_and_the_next_is_read(int excess, bool tooLong)
    {
        string line = new('x', LineReader.MaxLineBytes + excess);
        LineReader reader = Reader($"{line}\r\nnext\n");

        LineRead first = await reader.ReadAsync();
        LineRead second = await reader.ReadAsync();

        Assert.Multiple(() =>
        {
            Assert.That(first.Kind, Is.EqualTo(tooLong ? LineReadKind.TooLong : LineReadKind.Line));
            Assert.That(second, Is.EqualTo(LineRead.Of("next")));
        });
    }

    [Test]
    public async Task A_last_line_beyond_the_limit_is_told_from_the_end()
    {
        LineReader reader = Reader(new string('x', LineReader.MaxLineBytes * 3));

        Assert.Multiple(async () =>
        {
            Assert.That((await reader.ReadAsync()).Kind, Is.EqualTo(LineReadKind.TooLong));
            Assert.That((await reader.ReadAsync()).Kind, Is.EqualTo(LineReadKind.End));
        });
    }

    [Test]
    public async Task Does_not_keep_more_of_an_endless_line_than_the_limit()
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        ValueTask<LineRead> read = new LineReader(pipe.Reader).ReadAsync();
        for (int i = 0; i < 1000; i++)
        {
            // Were it kept, the pipe would be full and this would wait for ever.
            await pipe.Writer.WriteAsync(new byte[1024]);
        }

        await pipe.Writer.CompleteAsync();
        Assert.That((await read).Kind, Is.EqualTo(LineReadKind.TooLong));
    }

    [Test]
    public void Lines_are_the_same_however_their_bytes_arrive()
    {
        Gen<string[]> lines = Gen.String[Gen.Char.AlphaNumeric, 0, 40].Array[0, 20];
        Gen.Select(lines, Gen.Int[1, 50]).Sample((expected, piece) =>
        {
            Pipe pipe = new();
            Task<List<string>> reading = ReadAllAsync(new LineReader(pipe.Reader));
            foreach (string line in expected)
            {
                LineWriter.Write(pipe.Writer, line);
                if (line.Length % piece == 0)
                {
                    pipe.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
                }
            }

            pipe.Writer.Complete();
            return reading.GetAwaiter().GetResult().SequenceEqual(expected);
        });
    }

    private static LineReader Reader(string text) => new(PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    private static Task<List<string>> ReadAsync(string text) => ReadAllAsync(Reader(text));

    private static async Task<List<string>> ReadAllAsync(LineReader reader)
    {
        List<string> lines = [];
        while (await reader.ReadAsync() is { Kind: LineReadKind.Line } read)
        {
            lines.Add(read.Text);
        }

        return lines;
    }
}
