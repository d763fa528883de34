using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Paths;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class AddressValidationTests
{
    private static readonly CarrierAddress s_here = EndpointPair.Udp("192.0.2.1", 1), s_there = EndpointPair.Udp("192.0.2.2", 1);

    private readonly AddressValidation _validation = new();

    [Test]
    public void A_challenge_is_sent_four_times_at_growing_intervals_and_then_given_up()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        List<double> sends = [];
        double expired = Drive(untilMs: 5_000, sends);
        Assert.That(sends, Is.EqualTo((double[])[0, 100, 300, 700]));
        Assert.That(expired, Is.EqualTo(AddressValidation.Patience.TotalMilliseconds));
        Assert.That(_validation.Deadline, Is.Null);
    }

    [Test]
    public void An_answer_ends_the_wait_and_measures_the_round_trip_of_a_first_send()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Assert.That(_validation.TryTakeChallenge(At(1), null, out CarrierAddress to, out ulong token), Is.True);
        Assert.That((to, token), Is.EqualTo((s_here, 7UL)));
        Assert.That(_validation.TryComplete(At(31), 7, out CarrierAddress target, out TimeSpan? roundTrip), Is.True);
        Assert.That((target, roundTrip), Is.EqualTo((s_here, (TimeSpan?)TimeSpan.FromMilliseconds(30))));
        Assert.That(_validation.TryComplete(At(32), 7, out _, out _), Is.False, "one answer is enough");
        Assert.That(_validation.Deadline, Is.Null);
    }

    [Test]
    public void An_answer_to_a_repeated_challenge_measures_nothing()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Drive(untilMs: 150, []);
        Assert.That(_validation.TryComplete(At(160), 7, out _, out TimeSpan? roundTrip), Is.True);
        Assert.That(roundTrip, Is.Null, "it may answer either send (Karn)");
    }

    [Test]
    public void When_the_address_is_heard_after_all_sends_were_in_vain_they_begin_anew()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Drive(untilMs: 650, []);
        _validation.OnHeard(At(650), s_here);
        Assert.That(_validation.TryTakeChallenge(At(650), null, out _, out _), Is.False, "the fourth is yet to come");
        Assert.That(_validation.TryExpire(At(700), out _), Is.False);
        Assert.That(_validation.TryTakeChallenge(At(700), null, out _, out _), Is.True);
        _validation.OnHeard(At(750), s_here);
        Assert.That(_validation.TryTakeChallenge(At(750), null, out _, out _), Is.False, "its answer may be on its way");
        _validation.OnHeard(At(900), s_there);
        Assert.That(_validation.TryTakeChallenge(At(900), null, out _, out _), Is.False, "another address");
        _validation.OnHeard(At(900), s_here);
        Assert.That(_validation.TryTakeChallenge(At(900), null, out _, out ulong token), Is.True);
        Assert.That(token, Is.EqualTo(7UL));
        Assert.That(_validation.TryExpire(At(900) + AddressValidation.Patience - TimeSpan.FromMilliseconds(1), out _), Is.False);
        Assert.That(_validation.TryComplete(At(930), 7, out _, out TimeSpan? roundTrip), Is.True);
        Assert.That(roundTrip, Is.Null, "it may answer any of the sends");
    }

    [Test]
    public void A_token_that_was_never_sent_answers_nothing()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Assert.That(_validation.TryComplete(At(0), 7, out _, out _), Is.False, "not sent yet: a guess");
        Assert.That(_validation.TryTakeChallenge(At(0), null, out _, out _), Is.True);
        Assert.That(_validation.TryComplete(At(1), 8, out _, out _), Is.False);
        Assert.That(_validation.IsAwaiting(s_here), Is.True);
    }

    [Test]
    public void A_validation_that_runs_goes_on_when_it_is_asked_for_again()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Assert.That(_validation.TryTakeChallenge(At(0), null, out _, out _), Is.True);
        _validation.Challenge(At(50), s_here, token: 8);
        Assert.That(_validation.TryTakeChallenge(At(50), null, out _, out _), Is.False);
        Assert.That(_validation.TryComplete(At(60), 7, out _, out _), Is.True);
    }

    [Test]
    public void An_address_to_which_nothing_may_go_is_passed_over()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        _validation.Challenge(At(0), s_there, token: 8);
        Assert.That(_validation.TryTakeChallenge(At(0), blocked: s_here, out CarrierAddress to, out _), Is.True);
        Assert.That(to, Is.EqualTo(s_there));
        Assert.That(_validation.TryTakeChallengeTo(At(0), s_there, early: false, out _), Is.False, "it has just been sent");
        Assert.That(_validation.TryTakeChallengeTo(At(0), s_here, early: false, out ulong token) ? token : 0, Is.EqualTo(7UL));
    }

    [Test]
    public void What_is_taken_along_early_changes_neither_the_schedule_nor_the_patience()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Assert.That(_validation.TryTakeChallenge(At(0), null, out _, out _), Is.True);
        Assert.That(_validation.SendsLeft(s_here), Is.EqualTo(3));
        Assert.That(_validation.TryTakeChallengeTo(At(40), s_here, early: true, out ulong token) ? token : 0, Is.EqualTo(7UL));
        Assert.That(_validation.TryTakeChallengeTo(At(40), s_there, early: true, out _), Is.False, "nobody asks there");
        Assert.That((_validation.SendsLeft(s_here), _validation.SendsLeft(s_there)), Is.EqualTo((3, 0)));
        Assert.That(_validation.Deadline, Is.EqualTo(At(100)));
        Assert.That(_validation.TryComplete(At(60), 7, out _, out TimeSpan? roundTrip), Is.True);
        Assert.That(roundTrip, Is.Null, "it may answer either send (Karn)");

        _validation.Challenge(At(1000), s_here, token: 8);
        Assert.That(_validation.TryTakeChallenge(At(1000), null, out _, out _), Is.True);
        Assert.That(_validation.TryTakeChallengeTo(At(1040), s_here, early: true, out _), Is.True);
        Assert.That(_validation.TryExpire(At(1000) + AddressValidation.Patience, out CarrierAddress silent) ? silent : default, Is.EqualTo(s_here));
    }

    [Test]
    public void What_is_forgotten_neither_expires_nor_is_answered()
    {
        _validation.Challenge(At(0), s_here, token: 7);
        Assert.That(_validation.TryTakeChallenge(At(0), null, out _, out _), Is.True);
        _validation.Forget(s_here);
        Assert.That(_validation.TryComplete(At(1), 7, out _, out _), Is.False);
        Assert.That(_validation.TryExpire(At(10_000), out _), Is.False);
    }

    [Test]
    public void Of_more_answers_owed_than_a_peer_can_need_the_newest_four_are_kept()
    {
        for (ulong token = 1; token <= 6; token++)
        {
            _validation.OwesResponse(token, s_here, size: 64);
        }

        List<ulong> owed = [];
        while (_validation.TryTakeResponse(out AddressValidation.OwedResponse response))
        {
            owed.Add(response.Token);
        }

        Assert.That(owed, Is.EqualTo((ulong[])[3, 4, 5, 6]));
        Assert.That(_validation.HasResponse, Is.False);
    }

    private static Instant At(double ms) => Instant.Zero + TimeSpan.FromMilliseconds(ms);

    /// <summary>Sends whatever is due, when it is due; returns when a target was given up.</summary>
    private double Drive(double untilMs, List<double> sends)
    {
        Instant now = At(0);
        while (now <= At(untilMs))
        {
            if (_validation.TryExpire(now, out _))
            {
                return (now - At(0)).TotalMilliseconds;
            }

            while (_validation.TryTakeChallenge(now, null, out _, out _))
            {
                sends.Add((now - At(0)).TotalMilliseconds);
            }

            if (_validation.Deadline is not { } next)
            {
                break;
            }

            now = next;
        }

        return double.NaN;
    }
}
