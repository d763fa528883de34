using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>PCP with one router (RFC 6887). Its request for a mapping is also the question whether the router speaks it.</summary>
internal sealed class PcpClient : DatagramMappingClient
{
    private readonly bool _isPinhole;
    private RouterEpoch _epoch;
    private IPEndPoint _suggested;
    private bool _prefersFailure;

    public PcpClient(MappingTarget target)
        : base(PortMappingProtocols.Pcp, target)
    {
        _isPinhole = target.Gateway.Local.AddressFamily == AddressFamily.InterNetworkV6;
        _suggested = FirstSuggestion();
    }

    /// <inheritdoc/>
    protected override bool HasAsked => true;

    /// <inheritdoc/>
    public override void Begin(TimeSpan now)
    {
        _epoch = default;
        _suggested = FirstSuggestion();
        base.Begin(now);
    }

    /// <inheritdoc/>
    public override void Claim(TimeSpan now)
    {
        // Never called: it is claimed by being asked for.
    }

    /// <inheritdoc/>
    protected override int Write(Span<byte> buffer) => new PcpMapRequest
    {
        Nonce = Target.Nonce,
        Internal = Target.Internal,
        Suggested = _suggested,
        Lifetime = IsReleasing ? 0 : Target.LeaseSeconds,
        PrefersFailure = _prefersFailure && !IsReleasing,
    }.Write(buffer);

    /// <inheritdoc/>
    protected override bool TryHandle(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        // RFC 6887 section 9 and appendix A: a server that speaks NAT-PMP alone says so in NAT-PMP's form.
        if (NatPmpResponse.TryRead(datagram, out NatPmpResponse forerunner))
        {
            if (forerunner.Result == NatPmpResult.UnsupportedVersion)
            {
                Fail(PortMappingOutcome.Unsupported, "the router speaks NAT-PMP alone");
            }

            return false;
        }

        if (!PcpResponse.TryRead(datagram, out PcpResponse response))
        {
            return false;
        }

        if (response.Version != PcpWire.Version)
        {
            if (response.Result == PcpResult.UnsupportedVersion)
            {
                Fail(PortMappingOutcome.Unsupported, $"the router speaks version {response.Version}");
            }

            return true;
        }

        if (!response.HasMap || !response.Nonce.SequenceEqual(Target.Nonce)
            || response.Protocol != PcpWire.Udp || response.InternalPort != Target.Port)
        {
            return false;
        }

        HandleMap(now, response);
        return true;
    }

    private void HandleMap(TimeSpan now, in PcpResponse response)
    {
        bool epochHolds = _epoch.Check(now, response.Epoch);
        if (IsReleasing)
        {
            FinishRelease();
        }
        else if (response.Result == PcpResult.Success)
        {
            IPEndPoint external = response.External;
            Take(now, external, response.Lifetime, epochHolds);
            _suggested = Mapping is null ? _suggested : external;
        }
        else if (response.Result == PcpResult.UnsupportedOption && _prefersFailure)
        {
            _prefersFailure = false;
            Ask(now);
        }
        else
        {
            Fail(
                response.Result is PcpResult.UnsupportedOpcode or PcpResult.UnsupportedProtocol ? PortMappingOutcome.Unsupported : PortMappingOutcome.Refused,
                response.Result == PcpResult.AddressMismatch ? "there is another NAT before this router" : $"{response.Result} ({(int)response.Result})");
        }
    }

    /// <summary>For IPv6 the only address that will do, and failure rather than another; for IPv4 our own port at any address.</summary>
    private IPEndPoint FirstSuggestion()
    {
        _prefersFailure = _isPinhole;
        return _isPinhole ? Target.Internal : new IPEndPoint(PcpWire.AnyOf(AddressFamily.InterNetwork), Target.Port);
    }
}
