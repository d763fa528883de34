using System.Net;

namespace Ants.Nat;

/// <summary>
/// NAT-PMP with one router (RFC 6886). Asks for the external address first, which changes nothing on the router, and each time that the
/// mapping is renewed: it changes without the router's restart.
/// </summary>
internal sealed class NatPmpClient(MappingTarget target) : DatagramMappingClient(PortMappingProtocols.NatPmp, target)
{
    private RouterEpoch _epoch;
    private IPAddress? _address;
    private int _suggested = target.Port;
    private bool _isClaimed, _epochHolds = true;

    /// <inheritdoc/>
    protected override bool HasAsked => _isClaimed;

    /// <inheritdoc/>
    public override void Begin(TimeSpan now)
    {
        (_epoch, _epochHolds, _isClaimed, _address, _suggested) = (default, true, false, null, Target.Port);
        base.Begin(now);
    }

    /// <inheritdoc/>
    public override void Claim(TimeSpan now)
    {
        _isClaimed = true;
        Become(PortMappingOutcome.Claiming);
        Ask(now);
    }

    /// <inheritdoc/>
    protected override int Write(Span<byte> buffer) => IsReleasing ? NatPmpRequest.WriteMap(buffer, Target.Port, 0, 0)
        : _address is null ? NatPmpRequest.WriteAddress(buffer)
        : NatPmpRequest.WriteMap(buffer, Target.Port, _suggested, Target.LeaseSeconds);

    /// <inheritdoc/>
    protected override bool TryHandle(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        // RFC 6887 appendix A: a server that speaks PCP alone answers in PCP's form.
        if (PcpResponse.TryRead(datagram, out PcpResponse successor))
        {
            if (successor is { Version: PcpWire.Version, Result: PcpResult.UnsupportedVersion })
            {
                Fail(PortMappingOutcome.Unsupported, "the router speaks PCP alone");
            }

            return false;
        }

        // "Unsupported version" in our own version is an answer to a request of PCP's.
        if (!NatPmpResponse.TryRead(datagram, out NatPmpResponse response)
            || response.Result == NatPmpResult.UnsupportedVersion || !IsAnswer(response))
        {
            return false;
        }

        _epochHolds &= _epoch.Check(now, response.Epoch);
        if (IsReleasing)
        {
            FinishRelease();
        }
        else if (response.Result != NatPmpResult.Success)
        {
            Fail(
                response.Result == NatPmpResult.UnsupportedOpcode ? PortMappingOutcome.Unsupported : PortMappingOutcome.Refused,
                $"{response.Result} ({(int)response.Result})");
        }
        else if (_address is null)
        {
            HandleAddress(now, response.Address);
        }
        else
        {
            HandleMap(now, response);
        }

        return true;
    }

    /// <summary>Whether it answers the request of the moment.</summary>
    private bool IsAnswer(in NatPmpResponse response)
    {
        bool asksAddress = _address is null && !IsReleasing;
        if (response.Opcode != (asksAddress ? NatPmpRequest.OpcodeAddress : NatPmpRequest.OpcodeMapUdp))
        {
            return false;
        }

        // An error may come without the rest.
        return asksAddress
            ? response.HasAddress || response.Result != NatPmpResult.Success
            : response.HasMap ? response.InternalPort == Target.Port : response.Result != NatPmpResult.Success;
    }

    private void HandleAddress(TimeSpan now, IPAddress address)
    {
        if (AddressScopes.Of(address) == AddressScope.None)
        {
            Fail(PortMappingOutcome.Nonsense, $"the router names {address} as its external address, which nobody can have");
            return;
        }

        _address = address;
        if (_isClaimed)
        {
            Ask(now);
        }
        else
        {
            Rest();
            Become(PortMappingOutcome.Available);
        }
    }

    private void HandleMap(TimeSpan now, in NatPmpResponse response)
    {
        int port = response.ExternalPort;
        Take(now, new IPEndPoint(_address!, port), response.Lifetime, _epochHolds);
        _epochHolds = true;
        if (Mapping is not null)
        {
            // The next renewal asks for the address again.
            (_suggested, _address) = (port, null);
        }
    }
}
