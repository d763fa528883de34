using Ants.Testing.Clock;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

public sealed class EventQueueTests
{
    [Test]
    public void Events_come_out_by_time_and_then_by_the_order_of_setting() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 9], Gen.Bool).Array[0, 300].Sample(
            operations =>
            {
                EventQueue queue = new();
                List<Numbered> expected = [];
                Numbered[] events = [.. Enumerable.Range(0, 50).Select(_ => new Numbered())];
                int order = 0;
                foreach ((int due, int which, bool isSet) in operations)
                {
                    Numbered item = events[which * 5];
                    expected.Remove(item);
                    if (isSet)
                    {
                        queue.Set(item, due);
                        (item.Wanted, item.Order) = (due, order++);
                        expected.Add(item);
                    }
                    else
                    {
                        queue.Remove(item);
                    }
                }

                List<Numbered> actual = [];
                while (queue.Next is Numbered next)
                {
                    queue.Remove(next);
                    actual.Add(next);
                }

                return actual.SequenceEqual(expected.OrderBy(item => item.Wanted).ThenBy(item => item.Order));
            });

    [Test]
    public void An_event_set_again_moves_and_does_not_pile_up()
    {
        EventQueue queue = new();
        Numbered item = new();
        for (int i = 0; i < 1000; i++)
        {
            queue.Set(item, i);
        }

        Assert.That(queue.Count, Is.EqualTo(1));
        Assert.That(queue.Next!.Due, Is.EqualTo(999));
    }

    private sealed class Numbered : QueuedEvent
    {
        public int Wanted { get; set; }

        public int Order { get; set; }

        public override void Fire()
        {
        }
    }
}
