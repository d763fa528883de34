using System.Text;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>How routers write HTTP.</summary>
public sealed class HttpAnswerReaderTests
{
    private const string Body = "<?xml version=\"1.0\"?><root><a>1</a></root>";

    private static IEnumerable<TestCaseData> Answers()
    {
        yield return Case("as it should be", $"HTTP/1.1 200 OK\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        yield return Case("names in lower case", $"HTTP/1.1 200 OK\r\ncontent-length: {Body.Length}\r\n\r\n{Body}");
        yield return Case("a length that is too small", $"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{Body}");
        yield return Case("a length that is too large, and no end", $"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{Body}");
        yield return Case("a length that is none", $"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{Body}");
        yield return Case("no length", $"HTTP/1.0 200 OK\r\n\r\n{Body}\r\n\0");
        yield return Case("no reason", $"HTTP/1.1 200\r\n\r\n{Body}");
        yield return Case("lines that end in LF", $"HTTP/1.1 200 OK\nContent-Length: {Body.Length}\n\n{Body}");
        yield return Case("chunks", $"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\n{Body[..5]}\r\n{Body.Length - 5:X};name=value\r\n{Body[5..]}\r\n0\r\n\r\n");
        yield return Case("chunks and a length", $"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{Body.Length:x8}\n{Body}\n0\n\n");

        static TestCaseData Case(string name, string answer) => new TestCaseData(answer).SetName($"{{m}}: {name}");
    }

    [TestCaseSource(nameof(Answers))]
    public void A_body_is_read_whole_however_it_comes(string answer)
    {
        foreach (int step in (int[])[1, 7, 4096])
        {
            (HttpAnswer? read, bool isWhole) = Feed(Encoding.ASCII.GetBytes(answer), step);
            Assert.That(isWhole, $"known to be whole before the connection ends, in steps of {step}");
            Assert.That(Encoding.ASCII.GetString(read!.Body).Trim('\r', '\n', '\0'), Is.EqualTo(Body));
            Assert.That(read.Status, Is.EqualTo(200));
        }
    }

    [Test]
    public void An_empty_answer_is_whole()
    {
        (HttpAnswer? read, bool isWhole) = Feed("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), 10);
        Assert.That((isWhole, read!.Status, read.Body.Length), Is.EqualTo((true, 404, 0)));
    }

    [Test]
    public void What_comes_of_an_answer_that_breaks_off_is_given()
    {
        (HttpAnswer? read, bool isWhole) = Feed("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<root>"u8.ToArray(), 10);
        Assert.That(isWhole, Is.False);
        Assert.That(read!.Body, Is.EqualTo("<root>"u8.ToArray()));
    }

    [TestCase("SSH-2.0-OpenSSH\r\n\r\n")]
    [TestCase("HTTP/1.1 99999 OK\r\n\r\n")]
    [TestCase("\r\n\r\n")]
    public void What_is_no_HTTP_is_no_answer(string text)
    {
        (HttpAnswer? read, bool isOver) = Feed(Encoding.ASCII.GetBytes(text), 100);
        Assert.That((read, isOver), Is.EqualTo(((HttpAnswer?)null, true)));
    }

    [Test]
    public void A_head_without_end_is_given_up_and_a_body_without_end_is_cut()
    {
        (HttpAnswer? head, bool isOver) = Feed([.. "HTTP/1.1 200 OK\r\n"u8, .. Enumerable.Repeat((byte)'a', 20_000)], 1000);
        Assert.That((head, isOver), Is.EqualTo(((HttpAnswer?)null, true)));

        (HttpAnswer? body, bool isWhole) = Feed([.. "HTTP/1.1 200 OK\r\n\r\n"u8, .. Enumerable.Repeat((byte)'a', 1_000_000)], 1000);
        Assert.That(isWhole, Is.False);
        Assert.That(body!.Body, Has.Length.LessThanOrEqualTo(HttpAnswerReader.MostBytes));
    }

    [TestCase("FFFFFFFFFFFFFFFF\r\nabc")]
    [TestCase("-1\r\nabc")]
    [TestCase("0x5\r\nabcde")]
    public void A_chunk_s_size_that_is_none_ends_the_body(string chunks)
    {
        (HttpAnswer? read, bool isOver) = Feed(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks), 100);
        Assert.That((isOver, read!.Body.Length), Is.EqualTo((true, 0)));
    }

    private static (HttpAnswer? Answer, bool IsWhole) Feed(byte[] bytes, int step)
    {
        HttpAnswerReader reader = new();
        for (int at = 0; at < bytes.Length && reader.Free is { Length: > 0 } free;)
        {
            int length = Math.Min(Math.Min(step, bytes.Length - at), free.Length);
            bytes.AsMemory(at, length).CopyTo(free);
            at += length;
            if (reader.Advance(length))
            {
                return (reader.Finish(), true);
            }
        }

        return (reader.Finish(), false);
    }
}
