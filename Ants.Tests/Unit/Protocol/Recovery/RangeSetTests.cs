using Ants.Protocol.Recovery;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class RangeSetTests
{
    [Test]
    public void Numbers_in_order_stay_one_range()
    {
        RangeSet set = new();
        for (ulong i = 0; i < 100; i++)
        {
            Assert.That(set.Add(i, i), Is.EqualTo(1));
        }

        Assert.That(set.Ranges.ToArray(), Is.EqualTo(new[] { new NumberRange(0, 99) }));
    }

    [Test]
    public void A_range_that_closes_a_hole_merges_its_neighbours()
    {
        RangeSet set = new();
        set.Add(0, 4);
        set.Add(6, 9);
        set.Add(20, 29);
        Assert.That(set.Count, Is.EqualTo(3));
        Assert.That(set.Add(5, 5), Is.EqualTo(1));
        Assert.That(set[0], Is.EqualTo(new NumberRange(0, 9)));
        Assert.That(set[^1], Is.EqualTo(new NumberRange(20, 29)));
    }

    [Test]
    public void Only_new_numbers_are_counted()
    {
        RangeSet set = new();
        set.Add(10, 19);
        set.Add(30, 39);
        Assert.That(set.Add(10, 19), Is.Zero);
        Assert.That(set.Add(5, 44), Is.EqualTo(20));
    }

    [Test]
    public void Beyond_the_limit_the_lowest_range_is_forgotten()
    {
        RangeSet set = new(limit: 2);
        set.Add(10, 10);
        set.Add(20, 20);
        Assert.That(set.Add(30, 30), Is.EqualTo(1));
        Assert.That(set.Ranges.ToArray(), Is.EqualTo(new[] { new NumberRange(20, 20), new NumberRange(30, 30) }));
        Assert.That(set.Add(1, 1), Is.Zero, "A range below the limit is not kept.");
    }

    [Test]
    public void The_ends_of_the_number_line_are_numbers_like_others()
    {
        RangeSet set = new();
        set.Add(ulong.MaxValue, ulong.MaxValue);
        set.Add(0, 0);
        Assert.That(set.Contains(ulong.MaxValue) && set.Contains(0) && !set.Contains(1), Is.True);
        set.Remove(0, ulong.MaxValue);
        Assert.That(set.IsEmpty, Is.True);
    }

    [Test]
    public void A_reversed_range_is_an_error_of_the_caller()
    {
        RangeSet set = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Add(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Remove(2, 1));
    }

    [Test]
    public void Any_additions_and_removals_agree_with_a_plain_set()
    {
        Gen<(int Kind, ulong First, ulong Length)> operation = Gen.Select(Gen.Int[0, 3], Gen.ULong[0, 60], Gen.ULong[0, 12]);
        operation.Array[0, 60].Sample(operations =>
        {
            RangeSet set = new();
            SortedSet<ulong> model = [];
            foreach ((int kind, ulong first, ulong length) in operations)
            {
                Apply(set, model, kind, first, first + length);
            }
        }, iter: 1500);
    }

    private static void Apply(RangeSet set, SortedSet<ulong> model, int kind, ulong first, ulong last)
    {
        int before = model.Count;
        switch (kind)
        {
            case 0 or 1:
                for (ulong i = first; i <= last; i++)
                {
                    model.Add(i);
                }

                Assert.That(set.Add(first, last), Is.EqualTo((ulong)(model.Count - before)));
                break;
            case 2:
                model.RemoveWhere(value => value >= first && value <= last);
                set.Remove(first, last);
                break;
            default:
                model.RemoveWhere(value => value < first);
                set.RemoveBelow(first);
                break;
        }

        Assert.That(Expand(set), Is.EqualTo(model));
        for (int i = 1; i < set.Count; i++)
        {
            Assert.That(set[i].First, Is.GreaterThan(set[i - 1].Last + 1), "Neighbours never touch.");
        }

        Assert.That(set.Contains(first), Is.EqualTo(model.Contains(first)));
        Assert.That(!set.TryFind(first, out NumberRange found) || (found.First <= first && first <= found.Last), Is.True);
    }

    private static List<ulong> Expand(RangeSet set)
    {
        List<ulong> values = [];
        foreach (NumberRange range in set.Ranges)
        {
            for (ulong i = range.First; i <= range.Last; i++)
            {
                values.Add(i);
            }
        }

        return values;
    }
}
