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

    private static PathView View(CarrierAddress remote, double rttMs, bool active = false) =>
        new(0, remote, TimeSpan.FromMilliseconds(rttMs), active);

    private static void Expect(int index, params PathView[] usable) =>
        Assert.That(new DirectFirstSelector().Select(usable), Is.EqualTo(index));
}
