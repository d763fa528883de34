using Ants.Agents;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Agents;

public sealed class LinkBackoffTests
{
    // The greatest fraction that a source of jitter gives shortens nothing.
    private const double Most = 1;

    [Test]
    public void Waits_double_up_to_ten_seconds_and_begin_anew_after_a_success()
    {
        LinkBackoff backoff = new();
        Assert.That(Waits(6), Is.EqualTo(new[] { 0.5, 1, 2, 4, 8, 10 }));
        Assert.That(Waits(2), Is.EqualTo(new[] { 10, 10 }));
        backoff.Reset();
        Assert.That(Waits(2), Is.EqualTo(new[] { 0.5, 1 }));
        Assert.That(backoff.AfterFailure(0), Is.EqualTo(TimeSpan.FromSeconds(1)), "jitter shortens by up to a half");

        double[] Waits(int count) => [.. Enumerable.Range(0, count).Select(_ => backoff.AfterFailure(Most).TotalSeconds)];
    }

    [Test]
    public void What_stood_and_was_cut_off_is_called_at_once_and_what_ends_soon_is_not()
    {
        LinkBackoff backoff = new();
        Assert.That(backoff.AfterLoss(TimeSpan.FromSeconds(5), Most), Is.EqualTo(TimeSpan.FromMilliseconds(50)));
        Assert.That(backoff.AfterLoss(TimeSpan.FromSeconds(5), 0), Is.EqualTo(TimeSpan.Zero));
        Assert.That(backoff.AfterLoss(TimeSpan.FromSeconds(4.9), Most), Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(backoff.AfterLoss(TimeSpan.FromSeconds(4.9), Most), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }
}
