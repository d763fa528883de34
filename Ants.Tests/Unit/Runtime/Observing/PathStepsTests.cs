using System.Net;
using Ants.Observing;
using Ants.Protocol;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Observing;

public class PathStepsTests
{
    private static readonly CarrierAddress s_udp = CarrierAddress.Udp(IPEndPoint.Parse("203.0.113.7:1"));
    private static readonly CarrierAddress s_otherUdp = CarrierAddress.Udp(IPEndPoint.Parse("203.0.113.7:2"));
    private static readonly CarrierAddress s_relayed = CarrierAddress.Relayed(1, default);

    [Test]
    public void Each_pair_of_paths_has_one_name()
    {
        Assert.Multiple(() =>
        {
            Assert.That(PathSteps.Of(null, s_relayed), Is.EqualTo(PathStep.None));
            Assert.That(PathSteps.Of(s_udp, s_udp), Is.EqualTo(PathStep.None));
            Assert.That(PathSteps.Of(s_relayed, s_relayed.Tunnelled()), Is.EqualTo(PathStep.None), "how a packet crosses the relay is no part of the address");
            Assert.That(PathSteps.Of(s_relayed, s_udp), Is.EqualTo(PathStep.Promotion));
            Assert.That(PathSteps.Of(CarrierAddress.WebSocket(1), s_udp), Is.EqualTo(PathStep.Promotion));
            Assert.That(PathSteps.Of(s_udp, s_relayed), Is.EqualTo(PathStep.Fallback));
            Assert.That(PathSteps.Of(s_udp, s_otherUdp), Is.EqualTo(PathStep.Migration));
            Assert.That(PathSteps.Of(s_relayed, CarrierAddress.Relayed(2, default)), Is.EqualTo(PathStep.Detour));
        });
    }
}
