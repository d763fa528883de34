using Ants.Driving;
using Ants.Protocol;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Driving;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LullWorkTests
{
    private readonly List<object?> _done = [];
    private readonly List<Exception> _failed = [];
    private LullWork _lull = null!;

    [SetUp]
    public void Make() => _lull = new LullWork(_failed.Add);

    [Test]
    public void Work_that_fails_undoes_nothing_else_and_is_not_done_again()
    {
        _lull.Add(static _ => throw new InvalidDataException(), null, default);
        _lull.Add(_done.Add, 1, default);
        _lull.DoAll();
        _lull.DoAll();
        Assert.That(_done, Is.EqualTo([1]));
        Assert.That(_failed, Has.Count.EqualTo(1));
    }

    [Test]
    public void Work_is_done_in_order_and_once()
    {
        Assert.That(_lull.IsAny, Is.False);
        _lull.Add(_done.Add, 1, default);
        _lull.Add(_done.Add, 2, default);
        Assert.That(_lull.IsAny, Is.True);
        _lull.DoAll();
        _lull.DoAll();
        Assert.That(_done, Is.EqualTo([1, 2]));
        Assert.That(_lull.IsAny, Is.False);
    }

    [Test]
    public void Work_waits_no_longer_than_a_while_from_the_first_on()
    {
        Instant start = new(TimeSpan.TicksPerSecond), due = start + LullWork.Longest;
        _lull.Add(_done.Add, 1, start);
        _lull.Add(_done.Add, 2, due - TimeSpan.FromMicroseconds(1));
        _lull.DoIfDue(due - TimeSpan.FromMicroseconds(1));
        Assert.That(_done, Is.Empty);
        _lull.DoIfDue(due);
        Assert.That(_done, Is.EqualTo([1, 2]));
        _lull.Add(_done.Add, 3, due);
        _lull.DoIfDue(due);
        Assert.That(_done, Has.Count.EqualTo(2), "Its while begins anew.");
    }
}
