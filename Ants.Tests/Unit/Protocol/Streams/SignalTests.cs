using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class SignalTests
{
    [Test]
    public void A_signal_is_sent_again_until_one_copy_is_acknowledged()
    {
        var signal = default(OneTimeSignal);
        signal.OnLost();
        signal.OnAcked();
        Assert.That((signal.IsRaised, signal.IsPending, signal.IsAcked), Is.EqualTo((false, false, false)));
        signal.Raise();
        signal.OnSent();
        Assert.That(signal.IsPending, Is.False);
        signal.OnLost();
        Assert.That(signal.IsPending, Is.True);
        signal.OnAcked();
        signal.OnLost();
        signal.Raise();
        Assert.That((signal.IsPending, signal.IsAcked), Is.EqualTo((false, true)));
    }

    [Test]
    public void Only_the_newest_number_is_sent_again()
    {
        var number = new GrowingNumber(10);
        Assert.That(number.IsPending, Is.False);
        number.Raise(20);
        var writer = new WireWriter(new byte[8]);
        var frame = new NumberFrame(FrameType.MaxData, number.Value);
        Assert.That(number.TryWrite(ref writer, new SentFrames(), frame, new SentFrame(SentFrameKind.MaxData, Offset: number.Value)), Is.True);
        Assert.That(number.IsPending, Is.False);
        number.OnLost(10);
        Assert.That(number.IsPending, Is.False);
        number.OnLost(20);
        Assert.That(number.IsPending, Is.True);
        number.Raise(15);
        Assert.That(number.Value, Is.EqualTo(20));
    }

    [Test]
    public void A_number_that_was_acknowledged_is_not_sent_again_though_a_copy_is_lost()
    {
        var number = default(GrowingNumber);
        number.Raise(0);
        Assert.That(number.IsPending, Is.True);
        number.OnAcked(0);
        number.OnLost(0);
        Assert.That(number.IsPending, Is.False);
        number.Raise(1);
        Assert.That(number.IsPending, Is.True);
    }
}
