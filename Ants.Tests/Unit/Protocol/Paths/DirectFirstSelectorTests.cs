using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Paths;

public class DirectFirstSelectorTests
{
    private static readonly CarrierAddress s_v4 = EndpointPair.Udp("192.0.2.1", 1), s_v6 = EndpointPair.Udp("2001:db8::1", 1);
    private static readonly CarrierAddress s_relayed = CarrierAddress.Relayed(1, default);

    [Test]
    public void A_direct_path_wins_over_a_faster_relayed_one() => Expect(1, View(s_relayed, 5, active: true), View(s_v4, 80));

    [Test]
    public void A_relayed_path_is_left_for_no_small_gain() => Expect(0, View(s_relayed, 20, active: true), View(s_relayed, 17));

    [Test]
    public void A_clear_gain_is_taken() => Expect(1, View(s_v4, 20, active: true), View(s_v4, 15));

    [Test]
    public void A_gain_below_the_jitter_of_a_scheduler_is_not() => Expect(0, View(s_v4, 3, active: true), View(s_v4, 1.5));

    [Test]
    public void Of_two_that_are_equal_the_one_without_a_NAT_is_chosen() => Expect(1, View(s_v4, 20), View(s_v6, 21));

    [Test]
    public void Two_similar_paths_do_not_take_turns()
    {
        for (double rtt = 17; rtt < 24; rtt += 0.25)
        {
            Expect(0, View(s_v4, 20, active: true), View(s_v4, rtt));
            Expect(1, View(s_v4, 20), View(s_v4, rtt, active: true));
        }
    }

    [Test]
    public void A_standby_that_does_not_answer_comes_after_all_that_do()
    {
        Expect(1, View(s_v4, 5, suspected: true), View(s_relayed, 80));
        Expect(1, View(s_v4, 5, suspected: true), View(s_v4, 80, active: true));
        Expect(1, View(s_relayed, 80, suspected: true), View(s_v4, 5, suspected: true), View(s_relayed, 5, suspected: true));
    }

    [Test]
    public void That_the_active_path_is_suspected_does_not_move_the_data() =>
        Expect(0, View(s_v4, 5, active: true, suspected: true), View(s_relayed, 80));

    [Test]
    public void A_fallback_is_of_another_kind_that_answers_then_of_any_kind_that_answers()
    {
        ExpectFallback(1, View(s_v4, 80, active: true), View(s_v4, 5), View(s_relayed, 80));
        ExpectFallback(0, View(s_v4, 80, active: true), View(s_v4, 5), View(s_relayed, 80, suspected: true));
        ExpectFallback(0, View(s_relayed, 80, active: true), View(s_v4, 5), View(s_relayed, 80));
        ExpectFallback(1, View(s_v4, 80, active: true), View(s_v4, 5, suspected: true), View(s_relayed, 80, suspected: true));
        ExpectFallback(2, View(s_v4, 80, active: true), View(s_v4, 5), View(s_relayed, 80), View(s_relayed, 20));
    }

    private static PathView View(CarrierAddress remote, double rttMs, bool active = false, bool suspected = false) =>
        new(0, remote, TimeSpan.FromMilliseconds(rttMs), active, suspected);

    private static void ExpectFallback(int index, PathView failing, params PathView[] standbys) =>
        Assert.That(new DirectFirstSelector().SelectFallback(standbys, failing), Is.EqualTo(index));

    private static void Expect(int index, params PathView[] usable) =>
        Assert.That(new DirectFirstSelector().Select(usable), Is.EqualTo(index));
}
