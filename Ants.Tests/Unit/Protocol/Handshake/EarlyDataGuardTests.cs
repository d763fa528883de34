using Ants.Protocol.Handshake;
using NUnit.Framework;
using Known = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Handshake;

public class EarlyDataGuardTests
{
    private static readonly AgentId s_peer = Known.Numbered(1), s_other = Known.Numbered(2);
    private static readonly TimeSpan s_start = TimeSpan.FromDays(20_000);
    private static readonly TimeSpan s_later = s_start + TimeSpan.FromMinutes(1);

    [Test]
    public void A_message_is_admitted_once()
    {
        EarlyDataGuard guard = new(s_start);
        Assert.That(guard.HasTaken(s_peer, At(s_later)), Is.False);
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later)), Is.True);
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later)), Is.False);
        Assert.That(guard.HasTaken(s_peer, At(s_later)), Is.True);
        Assert.That(guard.TryAdmit(s_later, s_other, At(s_later)), Is.True, "another peer's");
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later) + 1), Is.True, "another of the same peer");
    }

    [TestCase(-1, false)]
    [TestCase(0, false)]
    [TestCase(4.9, false)]
    [TestCase(5, false)]
    [TestCase(5.000001, true)]
    public void What_a_process_before_this_one_can_have_taken_is_refused(double seconds, bool admitted)
    {
        EarlyDataGuard guard = new(s_start);
        TimeSpan timestamp = s_start + TimeSpan.FromSeconds(seconds);
        Assert.That(guard.TryAdmit(s_start + TimeSpan.FromSeconds(6), s_peer, At(timestamp)), Is.EqualTo(admitted));
    }

    [TestCase(-30.1, false)]
    [TestCase(-30, true)]
    [TestCase(5, true)]
    [TestCase(5.1, false)]
    public void What_is_too_old_or_too_new_for_the_clock_is_refused(double seconds, bool admitted)
    {
        EarlyDataGuard guard = new(s_start);
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later + TimeSpan.FromSeconds(seconds))), Is.EqualTo(admitted));
    }

    [Test]
    public void A_full_memory_refuses_until_the_oldest_are_too_old_anyway()
    {
        EarlyDataGuard guard = new(s_start);
        ulong first = At(s_later);
        for (ulong i = 0; i < 8192; i++)
        {
            Assert.That(guard.TryAdmit(s_later, s_peer, first + i), Is.True);
        }

        Assert.That(guard.TryAdmit(s_later, s_peer, first + 8192), Is.False);
        TimeSpan past = s_later + TimeSpan.FromSeconds(31);
        Assert.That(guard.TryAdmit(past, s_peer, At(past)), Is.True);
        Assert.That(guard.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_clock_that_is_set_back_lets_nothing_in_that_was_forgotten()
    {
        EarlyDataGuard guard = new(s_start);
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later)), Is.True);
        TimeSpan past = s_later + TimeSpan.FromSeconds(60);
        Assert.That(guard.TryAdmit(past, s_other, At(past)), Is.True);
        Assert.That(guard.Count, Is.EqualTo(1), "the first is forgotten");
        Assert.That(guard.TryAdmit(s_later, s_peer, At(s_later)), Is.False);
    }

    private static ulong At(TimeSpan unixTime) => (ulong)(unixTime.Ticks / TimeSpan.TicksPerMicrosecond);
}
