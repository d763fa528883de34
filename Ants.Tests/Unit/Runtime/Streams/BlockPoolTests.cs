using Ants.Streams;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Streams;

[TestFixture]
internal sealed class BlockPoolTests
{
    private const int Many = 500;

    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(10);

    [TestCase(1)]
    [TestCase(65_536)]
    public void What_comes_and_goes_is_not_allocated_anew(int size)
    {
        using SimulatedNetwork world = new();
        using BlockPool pool = new(world.Time);
        Block[] blocks = new Block[Many];
        UseAll(pool, blocks, size);
        long before = GC.GetAllocatedBytesForCurrentThread();
        UseAll(pool, blocks, size);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(pool.Idle, Is.EqualTo(Many));
    }

    [Test]
    public void Blocks_that_are_needed_again_and_again_are_kept()
    {
        using SimulatedNetwork world = new();
        using BlockPool pool = new(world.Time);
        Block[] blocks = new Block[Many];
        for (int i = 0; i < 20; i++)
        {
            UseAll(pool, blocks);
            world.RunFor(s_while / 20);
        }

        Assert.That(pool.Idle, Is.EqualTo(Many));
    }

    [Test]
    public void Blocks_that_nobody_needs_for_a_while_are_given_up()
    {
        using SimulatedNetwork world = new();
        using BlockPool pool = new(world.Time);
        UseAll(pool, new Block[Many]);
        world.RunFor(s_while);
        Assert.That(pool.Idle, Is.LessThan(Many / 4));
    }

    private static void UseAll(BlockPool pool, Block[] blocks, int size = 0)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = pool.Rent(size);
        }

        foreach (Block block in blocks)
        {
            block.Return();
        }
    }
}
