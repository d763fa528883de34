using System.Net;
using Ants.Driving;
using Ants.Nat;
using Ants.Protocol;
using Ants.Protocol.Relaying;

namespace Ants.Relay.Forwarding;

/// <summary>
/// Tells whoever asks from which address the question came, at a bounded rate; by the relay's port and by another one, so that agents can
/// compare (RFC 5780). An answer goes to the address of its question, from either port. Everything happens on the driver.
/// </summary>
internal sealed class StunService
{
    // RFC 7983: the first byte of STUN. What else is below 64 is nothing that a relay knows.
    private const byte MaxFirstByte = 3;

    private readonly EndpointDriver _driver;
    private readonly IDatagramSocket? _other;
    private readonly RelayTally _tally;
    private readonly StunRateLimiter _limiter;
    private readonly StunAnswering _atMain, _atOther;
    private readonly byte[] _response = new byte[StunResponder.MostResponseLength];
    private Task _receiving = Task.CompletedTask;

    /// <param name="driver">The relay's.</param>
    /// <param name="other">A socket of the same addresses with another port; null for none. It is disposed with this.</param>
    /// <param name="advertisedPort">By which port agents reach the relay's own.</param>
    /// <param name="tally">Where answers are counted.</param>
    public StunService(EndpointDriver driver, IDatagramSocket? other, int advertisedPort, RelayTally tally)
    {
        _driver = driver;
        _other = other;
        _tally = tally;
        _limiter = new StunRateLimiter(driver.Endpoint.NextRandom(), TimeSpan.FromTicks(driver.Now.Ticks));
        _atMain = new StunAnswering(other?.LocalEndPoint.Port ?? 0, CanRedirect: true);
        _atOther = new StunAnswering(advertisedPort, CanRedirect: true);
    }

    /// <summary>The other port; 0 for none.</summary>
    public int OtherPort => _atMain.OtherPort;

    /// <summary>Begins to answer at the other port too.</summary>
    public void Start() => _receiving = _other is null ? Task.CompletedTask : ReceiveAsync(_other);

    /// <summary>Takes a datagram of the relay's own port; false when it does not claim to be STUN.</summary>
    public bool TryHandle(ReadOnlySpan<byte> datagram, IPEndPoint from) => TryHandle(datagram, from, isOther: false);

    /// <summary>
    /// Sends an answer that nobody asked for by UDP to a port of an agent's address, and tells it so: whether it comes says whom the agent's NAT lets in.
    /// To the address where the agent's session is, and nowhere else; of two relays each can be the stranger for the other.
    /// </summary>
    public void Knock(Instant now, RelayedAgent agent, int port, StunTransactionId id)
    {
        if (agent.Address is not { } address || !agent.MayKnock(now))
        {
            return;
        }

        IPEndPoint to = new(address.Address, port);
        StunWriter writer = new(_response, StunClass.SuccessResponse, StunMethod.Binding, id);
        writer.AddAddress(StunAttributeType.XorMappedAddress, to);
        writer.AddFingerprint();
        writer.TryFinish(out int length);
        _driver.SendDatagram(to, _response.AsSpan(0, length));
        Span<byte> bytes = stackalloc byte[StunTransactionId.Length];
        id.CopyTo(bytes);
        agent.Control.TrySend(RelayControlMessage.Knocked(bytes, to));
    }

    /// <summary>Ends the other port. Not to be called on the driver, nor after the driver has ended.</summary>
    public async Task StopAsync()
    {
        _other?.Dispose();
        await _receiving;
    }

    private async Task ReceiveAsync(IDatagramSocket other)
    {
        DatagramBatch batch = other.CreateBatch();
        while (await other.ReceiveAsync(batch, CancellationToken.None))
        {
            // One batch at a time: what a flood brings beyond that stays with the system, which drops it.
            await _driver.InvokeAsync(() =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    if (!TryHandle(batch[i], batch.Source(i), isOther: true))
                    {
                        _driver.Endpoint.Counters.Garbage++;
                    }
                }
            });
        }
    }

    private bool TryHandle(ReadOnlySpan<byte> datagram, IPEndPoint from, bool isOther)
    {
        if (datagram.IsEmpty || datagram[0] > MaxFirstByte)
        {
            return false;
        }

        // Only what would be answered takes a token, so garbage with a forged source does not silence that source.
        if (!StunResponder.TryRespond(datagram, from, isOther ? _atOther : _atMain, _response, out int length, out StunRoute route)
            || !_limiter.TryTake(from.Address, TimeSpan.FromTicks(_driver.Now.Ticks)))
        {
            _tally.StunDropped++;
            return true;
        }

        _tally.StunAnswered++;
        if (isOther != route.FromOtherPort)
        {
            _other!.Send(_response.AsSpan(0, length), length, route.To);
        }
        else
        {
            _driver.SendDatagram(route.To, _response.AsSpan(0, length));
        }

        return true;
    }
}
