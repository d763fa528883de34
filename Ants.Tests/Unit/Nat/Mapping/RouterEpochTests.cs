using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>RFC 6887 section 8.5, with its own bounds.</summary>
public sealed class RouterEpochTests
{
    [TestCase(0, 0, 0, 0, true, TestName = "Nothing has passed")]
    [TestCase(0, 100, 300, 400, true, TestName = "The clocks go alike")]
    [TestCase(0, 100, 300, 383, true, TestName = "The router's is slow by a sixteenth")]
    [TestCase(0, 100, 300, 420, true, TestName = "The router's is fast by a sixteenth")]
    [TestCase(0, 100, 1, 99, true, TestName = "Two answers overtook one another")]
    [TestCase(0, 100, 300, 0, false, TestName = "It began again")]
    [TestCase(0, 100, 10, 98, false, TestName = "It went backwards")]
    [TestCase(0, 100, 300, 370, false, TestName = "It began again and is nearly where it was")]
    [TestCase(0, 100, 300, 500, false, TestName = "It jumped")]
    [TestCase(0, 0, 86400, 4294967294L, false, TestName = "It told nonsense")]
    public void A_router_s_clock(int firstOurs, long firstTheirs, int secondOurs, long secondTheirs, bool holds)
    {
        RouterEpoch epoch = default;
        Assert.That(epoch.Check(TimeSpan.FromSeconds(firstOurs), (uint)firstTheirs), "the first says nothing");
        Assert.That(epoch.Check(TimeSpan.FromSeconds(secondOurs), (uint)secondTheirs), Is.EqualTo(holds));
        Assert.That(epoch.Check(TimeSpan.FromSeconds(secondOurs + 1), (uint)secondTheirs + 1), "from there on it is the measure");
    }
}
