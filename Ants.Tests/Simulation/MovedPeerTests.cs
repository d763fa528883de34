using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

/// <summary>
/// A peer that moved and says little: each packet from its new address lets one small packet go there, and what is lost of these is not
/// to be what keeps the address from being validated.
/// </summary>
public class MovedPeerTests
{
    private const double SlowestDelay = 40;

    private static readonly CarrierAddress s_after = EndpointPair.Udp("203.0.113.1", 4242), s_elsewhere = EndpointPair.Udp("198.51.100.7", 4242);

    // Which of the packets to the new address are lost: each bit is one, the first one lowest.
    private static readonly int[] s_losses = [0b0, 0b1, 0b10, 0b11, 0b101, 0b111, 0b1001];

    // When the peer says something from there, in milliseconds.
    private static readonly double[][] s_speech = [[0], [0, 20], [0, 50], [0, 90], [0, 110], [0, 30, 60], [0, 60, 150], [0, 1, 2, 3]];

    [Test]
    public void The_new_address_is_validated_whichever_packets_to_it_are_lost(
        [Values] bool anotherHost, [Values(CipherSuite.Aegis128L, CipherSuite.Aes256Gcm, CipherSuite.ChaCha20Poly1305)] CipherSuite suite)
    {
        Assume.That(CipherSuites.IsUsable(suite), "a suite that this machine does not have");
        List<string> failures = [];
        foreach (double delay in (double[])[1, 2, 15, SlowestDelay])
        {
            foreach (int lost in s_losses)
            {
                foreach (double[] speech in s_speech)
                {
                    Move move = new(suite, delay, anotherHost ? s_elsewhere : s_after, lost, speech);
                    if (move.Failure is { } failure)
                    {
                        failures.Add(failure);
                    }
                }
            }
        }

        Assert.That(failures, Is.Empty);
    }

    [Test]
    public void A_challenge_has_full_size_where_what_came_pays_for_that()
    {
        EndpointPair pair = new(seed: 22);
        Wire direct = pair.AddDirect(SlowestDelay);
        pair.Alice.Connect(direct.BobFromAlice);
        pair.RunFor(1000);
        Talk talk = new(pair, pair.Alice, 200_000, seed: 22);
        talk.Write(200_000, complete: true);
        pair.RunFor(3 * SlowestDelay);
        direct.AliceFromBob = s_elsewhere;
        List<int> sizes = [];
        pair.Tap = (side, to, datagram) =>
        {
            if (side == pair.Bob && to == s_elsewhere)
            {
                // The first of them is lost, so that one is sent again.
                direct.IsCutFromBob = sizes.Count == 0;
                sizes.Add(datagram.Length);
            }
        };
        pair.RunUntil(() => pair.Bob.Session!.Paths.All[0] is { IsAddressValidated: true, Remote: var remote } && remote == s_elsewhere, 2000);
        Assert.That(sizes, Has.Some.EqualTo(PacketSize.Udp), "Bob has nothing to send but acknowledgements, answers and challenges");
        pair.RunUntil(() => talk.IsFinished, 5000);
        Assert.That(talk.IsIntact);
    }

    /// <summary>One move of Alice's, until long after Bob's patience with her new address has ended.</summary>
    private sealed class Move
    {
        private readonly EndpointPair _pair = new(seed: 21);

        public Move(CipherSuite suite, double delayMs, CarrierAddress after, int lost, double[] speech)
        {
            Wire direct = _pair.AddDirect(delayMs);
            _pair.Alice.Options = new SessionOptions { Suites = [(byte)suite] };
            _pair.Alice.Connect(direct.BobFromAlice);
            _pair.RunFor(1000);
            Protocol.Paths.Path path = _pair.Bob.Session!.Paths.All[0];
            direct.AliceFromBob = after;
            int sent = 0;
            bool amplifies = false;
            _pair.Tap = (side, to, _) =>
            {
                direct.IsCutFromBob = side == _pair.Bob && to == after && ((lost >> sent++) & 1) != 0;
                amplifies |= !path.IsAddressValidated && To(after) > From(after);
            };
            foreach (double at in speech)
            {
                _pair.After(at, () => _pair.Alice.Session!.TrySendDatagram([1]));
            }

            _pair.RunFor(2 * (speech[^1] + AddressValidation.Patience.TotalMilliseconds));
            Failure = path.Remote == after && path is { IsUsable: true, IsAddressValidated: true } && !amplifies ? null
                : $"{suite}, {delayMs} ms, lost {lost:b}, said at {string.Join(' ', speech)}: {path.State} at {path.Remote}, "
                    + $"{From(after)} bytes came, {To(after)} went, {(amplifies ? "at one time more than came" : "never more than came")}";
        }

        /// <summary>What went wrong; null when the path has followed.</summary>
        public string? Failure { get; }

        private long To(CarrierAddress address) => _pair.Bob.BytesTo.GetValueOrDefault(address);

        private long From(CarrierAddress address) => _pair.Bob.BytesFrom.GetValueOrDefault(address);
    }
}
