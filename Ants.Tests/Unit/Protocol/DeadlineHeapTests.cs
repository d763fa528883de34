using Ants.Protocol;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol;

public class DeadlineHeapTests
{
    [Test]
    public void Whatever_is_set_moved_and_removed_comes_out_in_the_order_of_its_times()
    {
        // Each step names an item and its new time; 0 removes it.
        Gen<(int Item, int At)[]> steps = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 9]).Array[0, 80];
        steps.Sample(sample =>
        {
            DeadlineHeap<Item> heap = new();
            Item[] items = [.. Enumerable.Range(0, 16).Select(name => new Item(name))];
            Dictionary<int, (long At, int Order)> expected = [];
            for (int i = 0; i < sample.Length; i++)
            {
                (int item, int at) = sample[i];
                heap.Set(items[item], at == 0 ? Instant.Never : new Instant(at));
                expected.Remove(item);
                if (at != 0)
                {
                    expected[item] = (at, i);
                }
            }

            Assert.That(heap.Count, Is.EqualTo(expected.Count));
            Assert.That(heap.NextTimeout?.Ticks, Is.EqualTo(expected.Count == 0 ? null : (long?)expected.Values.Min(value => value.At)));
            Assert.That(TakeAll(heap), Is.EqualTo(expected.OrderBy(pair => pair.Value).Select(pair => pair.Key)));
        });
    }

    [Test]
    public void Only_what_is_due_is_taken()
    {
        DeadlineHeap<Item> heap = new();
        Item early = new(1), late = new(2);
        heap.Set(late, new Instant(20));
        heap.Set(early, new Instant(10));
        Assert.That(heap.TryTake(new Instant(9), out _), Is.False);
        Assert.That(heap.TryTake(new Instant(10), out Item? due) ? due : null, Is.SameAs(early));
        Assert.That(heap.TryTake(new Instant(19), out _), Is.False);
        Assert.That(early.At, Is.EqualTo(Instant.Never), "what was taken is in no heap");
        Assert.That(late.At, Is.EqualTo(new Instant(20)));
    }

    [Test]
    public void A_deadline_that_moves_a_thousand_times_takes_one_place()
    {
        DeadlineHeap<Item> heap = new();
        Item item = new(1), other = new(2);
        heap.Set(other, new Instant(500));
        for (int i = 0; i < 1000; i++)
        {
            heap.Set(item, new Instant(1000 - i));
        }

        Assert.That(heap.Count, Is.EqualTo(2));
        Assert.That(TakeAll(heap), Is.EqualTo((int[])[1, 2]));
    }

    [Test]
    public void What_is_in_no_heap_can_be_removed()
    {
        DeadlineHeap<Item> heap = new();
        heap.Remove(new Item(1));
        Assert.That(heap.NextTimeout, Is.Null);
    }

    private static List<int> TakeAll(DeadlineHeap<Item> heap)
    {
        List<int> taken = [];
        while (heap.TryTake(new Instant(long.MaxValue - 1), out Item? item))
        {
            taken.Add(item.Name);
        }

        return taken;
    }

    private sealed class Item(int name) : Deadline
    {
        public int Name => name;
    }
}
