using Ants.Samples.TwoNats.Telling;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

public sealed class LineLedgerTests
{
    [Test]
    public void Lines_that_all_come_once_in_order_are_perfect()
    {
        LineCount count = Book(written: 3, "alice 1", "alice 2", "alice 3");

        Assert.Multiple(() =>
        {
            Assert.That(count, Is.EqualTo(new LineCount(3, 3, 0, 0, 0, 0)));
            Assert.That(count.IsPerfect, Is.True);
        });
    }

    [Test]
    public void A_line_that_does_not_come_is_lost()
    {
        Assert.That(Book(written: 3, "alice 1", "alice 3"), Is.EqualTo(new LineCount(3, 2, 1, 0, 0, 0)));
    }

    [Test]
    public void A_line_that_comes_again_is_duplicated_and_not_reordered()
    {
        Assert.That(Book(written: 2, "alice 1", "alice 2", "alice 1"), Is.EqualTo(new LineCount(2, 3, 0, 1, 0, 0)));
    }

    [Test]
    public void A_line_that_comes_after_a_later_one_is_reordered()
    {
        Assert.That(Book(written: 3, "alice 2", "alice 3", "alice 1"), Is.EqualTo(new LineCount(3, 3, 0, 0, 1, 0)));
    }

    [TestCase("alice 3")]
    [TestCase("alice 0")]
    [TestCase("alice -1")]
    [TestCase("alice 99999999999999999999")]
    [TestCase("alice")]
    [TestCase("alice ")]
    [TestCase("bob 1")]
    [TestCase("")]
    public void A_line_that_was_never_written_is_foreign(string text)
    {
        LineCount count = Book(written: 2, "alice 1", text);

        Assert.Multiple(() =>
        {
            Assert.That(count.Foreign, Is.EqualTo(1));
            Assert.That(count.IsPerfect, Is.False);
        });
    }

    [Test]
    public void A_line_that_the_reader_numbered_wrongly_is_foreign()
    {
        LineLedger ledger = new("alice");
        ledger.Read(ledger.Write(), sequence: 2, TimeSpan.Zero);

        Assert.That(ledger.Count, Is.EqualTo(new LineCount(1, 1, 1, 0, 0, 1)));
    }

    [Test]
    public void Nothing_but_all_lines_once_in_order_is_perfect()
    {
        Gen.Int[1, 6].Array[0, 6].Sample(order =>
        {
            LineCount count = Book(written: 5, [.. order.Select(n => $"alice {n}")]);
            bool inOrder = order.SequenceEqual([1, 2, 3, 4, 5]);
            return count.IsPerfect == inOrder && count.Received == order.Length
                && count.Lost == 5 - order.Where(n => n <= 5).Distinct().Count();
        });
    }

    private static LineCount Book(int written, params string[] read)
    {
        LineLedger ledger = new("alice");
        for (int i = 0; i < written; i++)
        {
            ledger.Write();
        }

        for (int i = 0; i < read.Length; i++)
        {
            ledger.Read(read[i], sequence: i + 1, TimeSpan.FromMilliseconds(i));
        }

        return ledger.Count;
    }
}
