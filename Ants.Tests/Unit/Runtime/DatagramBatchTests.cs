using System.Net;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class DatagramBatchTests
{
    private static readonly IPEndPoint s_sender = new(IPAddress.Loopback, 1000);

    [Test]
    public void Holds_datagrams_with_their_senders_in_order()
    {
        DatagramBatch batch = new(capacity: 2);
        IPEndPoint other = new(IPAddress.Loopback, 2000);

        Assert.Multiple(() =>
        {
            Assert.That(batch.Add([1, 2, 3], s_sender), Is.True);
            Assert.That(batch.Add([], other), Is.True);
            Assert.That(batch.Add([4], s_sender), Is.False, "it is full");
            Assert.That(batch.Count, Is.EqualTo(2));
            Assert.That(batch[0].ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(batch[1].Length, Is.Zero);
            Assert.That(batch.Source(1), Is.SameAs(other));
        });
    }

    [Test]
    public void Takes_a_datagram_of_exactly_one_slot_and_none_longer()
    {
        DatagramBatch batch = new(capacity: 2);

        Assert.Multiple(() =>
        {
            Assert.That(batch.Add(new byte[DatagramBatch.SlotSize], s_sender), Is.True);
            Assert.That(batch.Add(new byte[DatagramBatch.SlotSize + 1], s_sender), Is.False);
            Assert.That(batch.Count, Is.EqualTo(1));
        });
    }

    [Test]
    public void Shows_nothing_of_earlier_datagrams_after_being_cleared()
    {
        DatagramBatch batch = new(capacity: 1);
        batch.Add([1], s_sender);
        batch.Clear();

        Assert.Multiple(() =>
        {
            Assert.That(batch.Count, Is.Zero);
            Assert.That(() => batch[0].Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => batch.Source(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => batch.Source(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void A_full_batch_has_no_free_slot()
    {
        DatagramBatch batch = new(capacity: 1);
        batch.FreeSlot().Span[0] = 7;
        batch.Commit(1, s_sender);

        Assert.Multiple(() =>
        {
            Assert.That(batch[0][0], Is.EqualTo(7));
            Assert.That(() => batch.FreeSlot(), Throws.InvalidOperationException);
            Assert.That(() => batch.Commit(0, s_sender), Throws.InvalidOperationException);
        });
    }
}
