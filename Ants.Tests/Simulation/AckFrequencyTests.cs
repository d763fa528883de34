using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class AckFrequencyTests
{
    private const int Length = 10_000_000;

    [TestCase(0)]
    [TestCase(0.01)]
    public void A_fast_session_is_acknowledged_seldom_and_is_no_slower(double loss)
    {
        double often = Carry(loss, takesFrequency: false, out AckRate rate);
        Assert.That(rate, Is.EqualTo(AckRate.Usual), "A peer that does not take it is not asked.");
        double seldom = Carry(loss, takesFrequency: true, out rate);
        TestContext.Out.WriteLine($"{often:F0} ms with an ACK every second packet, {seldom:F0} ms with {rate}");
        Assert.That(seldom, Is.LessThan(1.1 * often));
        if (loss == 0)
        {
            Assert.That(rate.Packets, Is.GreaterThan(20));
            Assert.That(rate.Delay, Is.EqualTo(TimeSpan.FromMilliseconds(10)).Within(TimeSpan.FromMilliseconds(1)), "A quarter of the round trip.");
        }
    }

    /// <summary>How long it took, in milliseconds of the world, and what the receiver was asked for in the end.</summary>
    private static double Carry(double loss, bool takesFrequency, out AckRate rate)
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect(delayMs: 20);
        TransportParameters parameters = new() { LeastAckDelay = takesFrequency ? TransportParameters.DefaultLeastAckDelay : null };
        pair.Bob.Options = new SessionOptions { Parameters = parameters };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        wire.Loss = loss;
        Talk talk = new(pair, pair.Alice, Length, 1);
        double start = pair.Ms;
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished);
        Assert.That(talk.IsIntact);
        rate = pair.Bob.Session!.Paths.Active!.Acks.Rate;
        return pair.Ms - start;
    }
}
