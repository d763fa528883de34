using Ants.Protocol.Streams;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class ByteRangesTests
{
    [Test]
    public void Ranges_that_touch_become_one()
    {
        var ranges = new ByteRanges();
        ranges.Add(0, 10);
        ranges.Add(20, 30);
        ranges.Add(10, 20);
        Assert.That((ranges.Count, ranges.First), Is.EqualTo((1, (0UL, 30UL))));
    }

    [Test]
    public void Removing_the_middle_leaves_both_sides()
    {
        var ranges = new ByteRanges();
        ranges.Add(0, 30);
        ranges.Remove(10, 20);
        Assert.That((ranges.Count, ranges.First), Is.EqualTo((2, (0UL, 10UL))));
        ranges.Remove(0, 10);
        Assert.That((ranges.Count, ranges.First), Is.EqualTo((1, (20UL, 30UL))));
    }

    [Test]
    public void Any_order_of_operations_gives_the_same_set_as_a_plain_list_of_flags()
    {
        Gen<(int Kind, int Start, int Length)> step = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 60], Gen.Int[0, 15]);
        step.Array[1, 60].Sample(steps =>
        {
            var ranges = new ByteRanges();
            var excluded = new ByteRanges();
            excluded.Add(7, 9);
            excluded.Add(20, 33);
            excluded.Add(40, 41);
            var model = new bool[80];
            foreach ((int kind, int start, int length) in steps)
            {
                Apply(ref ranges, excluded, kind, (ulong)start, (ulong)(start + length));
                for (int i = start; i < start + length; i++)
                {
                    bool isExcluded = i is (>= 7 and < 9) or (>= 20 and < 33) or 40;
                    model[i] = kind switch { 0 => true, 1 => false, _ => model[i] || !isExcluded };
                }
            }

            Assert.That(Flags(ref ranges), Is.EqualTo(model));
        });
    }

    private static void Apply(ref ByteRanges ranges, in ByteRanges excluded, int kind, ulong start, ulong end)
    {
        switch (kind)
        {
            case 0:
                ranges.Add(start, end);
                break;
            case 1:
                ranges.Remove(start, end);
                break;
            default:
                ranges.AddExcept(start, end, excluded);
                break;
        }
    }

    private static bool[] Flags(ref ByteRanges ranges)
    {
        var flags = new bool[80];
        ulong? before = null;
        while (!ranges.IsEmpty)
        {
            (ulong start, ulong end) = ranges.First;
            Assert.That(start < end && (before is null || start > before), "Ranges are ordered and do not touch.");
            before = end;
            flags.AsSpan((int)start..(int)end).Fill(true);
            ranges.Remove(start, end);
        }

        return flags;
    }
}
