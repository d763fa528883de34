using Ants.Samples.TwoNats.Telling;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

/// <summary>The window is from 1,000 to 6,000 ms.</summary>
public sealed class GapsTests
{
    [TestCase(new[] { 900, 950, 1010, 1400, 5990, 6010 }, 4590, TestName = "The longest silence inside the window counts")]
    [TestCase(new[] { 100, 900, 1010, 3000, 5000, 6010 }, 2000, TestName = "A silence that ended before the window does not count")]
    [TestCase(new[] { 400, 2000, 3000, 4000, 5000, 6000 }, 1600, TestName = "The silence around the event counts from the last line before it")]
    [TestCase(new[] { 900, 1100, 2000, 3000, 4000, 5000, 9000 }, 4000, TestName = "A silence that begins in the window counts to its end")]
    [TestCase(new[] { 900, 1100, 2000, 3000, 4000, 5500, 6100, 9900 }, 1500, TestName = "A silence that begins after the window does not count")]
    [TestCase(new[] { 900, 1100 }, 8900, TestName = "A silence that does not end counts until now")]
    [TestCase(new[] { 900 }, 9100, TestName = "No line at all after the event counts until now")]
    [TestCase(new int[0], 9000, TestName = "No line at all counts from the event")]
    public void Longest_silence(int[] arrivals, int expected)
    {
        TimeSpan longest = Gaps.Longest([.. arrivals.Select(Ms)], from: Ms(1000), to: Ms(6000), now: Ms(10_000));

        Assert.That(longest, Is.EqualTo(Ms(expected)));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
