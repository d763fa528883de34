using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// UPnP with one router: searches the gateway, reads its description, and has one of its services do it. A router that was started anew is
/// searched again, for it may listen elsewhere.
/// </summary>
internal sealed class UpnpClient(MappingTarget target) : MappingClient(PortMappingProtocols.Upnp, target)
{
    // UPnP Device Architecture 1.1, section 1.3.2: more than once, since UDP is lossy. At 0, 250, 750 and 1750 ms, and given
    // up after 3.75 s: nearly four times what the question gives the answers.
    private const int MostSearches = 4;

    // Routers of two addresses answer twice, strangers any number of times.
    private const int MostDevices = 4;

    // RFC 9110 section 4.2.1.
    private const int HttpPort = 80;

    private readonly bool _isPinhole = target.Gateway.Local.AddressFamily == AddressFamily.InterNetworkV6;
    private readonly List<RouterUrl> _devices = [];
    private readonly Queue<IgdService> _services = new();
    private RequestTimer _search;
    private int _devicesTried;
    private bool _owesGroup, _isReleasing, _isSearchingAgain;
    private RouterUrl? _describing;
    private IgdTask? _task;
    private RouterExchange? _toSend, _underWay;
    private MappingLease? _lease;
    private (PortMappingOutcome Outcome, string Detail) _failure;

    /// <inheritdoc/>
    public override TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? lease = _lease is { } held ? IsBusy ? held.Expiry : held.Renewal < held.Expiry ? held.Renewal : held.Expiry : null;
            return lease is null || _search.Next < lease ? _search.Next ?? lease : lease;
        }
    }

    /// <inheritdoc/>
    public override bool IsListening => _search.IsRunning;

    private bool IsBusy => _search.IsRunning || _toSend is not null || _underWay is not null;

    /// <inheritdoc/>
    public override void Begin(TimeSpan now)
    {
        _lease = null;
        _task = null;
        Become(PortMappingOutcome.Asking);
        Search(now);
    }

    /// <inheritdoc/>
    public override void Claim(TimeSpan now)
    {
        Become(PortMappingOutcome.Claiming);
        _task!.Claim();
        Go(now);
    }

    /// <inheritdoc/>
    public override void StandDown()
    {
        if (Mapping is null && !HasFailed)
        {
            Stop();
            Become(_devices.Count > 0 ? PortMappingOutcome.Available : PortMappingOutcome.NotNeeded);
        }
    }

    /// <inheritdoc/>
    public override void Check(TimeSpan now)
    {
        if (Mapping is not null && !IsBusy)
        {
            _task!.Renew();
            Go(now);
        }
    }

    /// <inheritdoc/>
    public override void Release(TimeSpan now)
    {
        Stop();
        _lease = null;
        _isReleasing = true;
        if (_task is { MayHold: true })
        {
            _task.Release();
            Go(now);
        }
        else
        {
            Drop(PortMappingOutcome.Released);
        }
    }

    /// <inheritdoc/>
    public override void HandleTimeout(TimeSpan now)
    {
        if (_search.IsExhausted(now))
        {
            _search = default;
            if (!IsBusy)
            {
                TryNext(now);
            }
        }

        if (_lease is { } lease && lease.Expiry <= now)
        {
            Fail(PortMappingOutcome.NoAnswer, "the mapping's time passed and the router did not answer");
        }
        else if (_lease?.Renewal <= now)
        {
            Check(now);
        }
    }

    /// <inheritdoc/>
    public override bool TryPollDatagram(TimeSpan now, Span<byte> buffer, out int written, [NotNullWhen(true)] out IPEndPoint? to)
    {
        // To the router alone, which is nobody else's business, and to the group, which some routers must be asked by.
        bool asksRouter = !_owesGroup && _search.TrySend(now);
        to = asksRouter ? new IPEndPoint(Target.Gateway.Router, SsdpSearch.Port)
            : _owesGroup ? new IPEndPoint(SsdpSearch.GroupOf(Target.Gateway.Local.AddressFamily), SsdpSearch.Port) : null;
        _owesGroup = asksRouter;
        written = to is null ? 0 : SsdpSearch.Write(buffer, to);
        return to is not null;
    }

    /// <inheritdoc/>
    public override bool TryHandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        IPAddress host = EndPoints.Unmap(from.Address);
        if (!_search.IsRunning || !Target.Gateway.IsOnLink(host) || !SsdpAnswer.TryRead(datagram, out string? location))
        {
            return false;
        }

        if (RouterUrl.TryRead(location, new IPEndPoint(host, HttpPort), out RouterUrl? url) && !_devices.Contains(url))
        {
            Note(url);
            if (_toSend is null && _underWay is null)
            {
                TryNext(now);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool TryPollExchange([NotNullWhen(true)] out RouterExchange? exchange)
    {
        (exchange, _underWay, _toSend) = (_toSend, _toSend ?? _underWay, null);
        return exchange is not null;
    }

    /// <inheritdoc/>
    public override void HandleAnswer(TimeSpan now, RouterExchange exchange, HttpAnswer? answer)
    {
        if (exchange != _underWay)
        {
            return;
        }

        _underWay = null;
        if (_describing is { } described)
        {
            _describing = null;
            HandleDescription(now, described, answer);
        }
        else
        {
            _task!.Handle(SoapAnswer.Read(answer));
            Go(now);
        }
    }

    private void Search(TimeSpan now)
    {
        _devices.Clear();
        _services.Clear();
        _devicesTried = 0;
        _failure = (PortMappingOutcome.NoAnswer, "");
        _search = RequestTimer.StartedAt(now, MostSearches);
    }

    private void Stop()
    {
        (_search, _owesGroup, _describing, _toSend, _underWay) = (default, false, null, null, null);
        _services.Clear();
    }

    /// <summary>The router itself comes before all others; those are heard out only when it stays silent, or cannot do it.</summary>
    private void Note(RouterUrl device)
    {
        bool isRouter = IsRouter(device);
        if (_devices.Count == MostDevices && isRouter && _devicesTried < MostDevices && !IsRouter(_devices[^1]))
        {
            _devices.RemoveAt(MostDevices - 1);
        }

        if (_devices.Count < MostDevices)
        {
            _devices.Insert(isRouter ? _devicesTried : _devices.Count, device);
        }
    }

    private void HandleDescription(TimeSpan now, RouterUrl source, HttpAnswer? answer)
    {
        if (answer is null || !IgdService.TryReadAll(answer.Body, source.Host, _isPinhole, out IReadOnlyList<IgdService>? services))
        {
            _failure = (PortMappingOutcome.Nonsense, "the router's description cannot be read");
            TryNext(now);
            return;
        }

        foreach (IgdService service in services)
        {
            _services.Enqueue(service);
        }

        if (services.Count == 0)
        {
            _failure = (PortMappingOutcome.Unsupported, _isPinhole ? "the router has no firewall service" : "the router has no service that maps ports");
        }

        TryNext(now);
    }

    /// <summary>The next service of the device, or the next device. When none is left that is what it comes to.</summary>
    private void TryNext(TimeSpan now)
    {
        if (_services.TryDequeue(out IgdService? service))
        {
            _task = _isPinhole ? new IgdPinholeTask(service, Target) : new IgdPortTask(service, Target, Mapping?.External.Port ?? 0);
            _task.Prepare();
            Go(now);
        }
        else if (_devicesTried < _devices.Count && (!_search.IsRunning || IsRouter(_devices[_devicesTried])))
        {
            _describing = _devices[_devicesTried++];
            _toSend = new RouterExchange(Target.Gateway.Local, _describing.Host, _describing.Get());
        }
        else if (!_search.IsRunning)
        {
            GiveUp(now);
        }
    }

    private bool IsRouter(RouterUrl device) => device.Host.Address.Equals(Target.Gateway.Router);

    /// <summary>Does what the task asks for next.</summary>
    private void Go(TimeSpan now)
    {
        switch (_task!.State)
        {
            case IgdTaskState.Calling:
                _toSend = new RouterExchange(Target.Gateway.Local, _task.Service.Control.Host, _task.Service.Control.Post(_task.Call!));
                break;
            case IgdTaskState.Ready when Mapping is not null:
                // Found again after its restart.
                _task.Renew();
                Go(now);
                break;
            case IgdTaskState.Ready:
                _search = default;
                Become(PortMappingOutcome.Available);
                break;
            case IgdTaskState.Held:
                (_search, _isSearchingAgain) = (default, false);
                MappingLease lease = _task.IsPermanent ? MappingLease.Permanent(now, Target.Lease) : MappingLease.From(now, Target.LeaseSeconds, Target.Lease);
                _lease = lease;
                Hold(_task.External!, lease.Granted, _task.WasLost);
                break;
            case IgdTaskState.Released:
                Drop(PortMappingOutcome.Released);
                break;
            default:
                HandleFailure(now, _task);
                break;
        }
    }

    private void HandleFailure(TimeSpan now, IgdTask failed)
    {
        if (_isReleasing)
        {
            Drop(PortMappingOutcome.Released);
        }
        else if (Mapping is not null && !_isSearchingAgain)
        {
            // What it said of itself before is not true any more.
            _isSearchingAgain = true;
            Search(now);
        }
        else
        {
            _failure = (failed.Failure, failed.Detail);
            TryNext(now);
        }
    }

    private void GiveUp(TimeSpan now)
    {
        _isSearchingAgain = false;
        if (_lease is { } lease && lease.Expiry != TimeSpan.MaxValue)
        {
            _lease = lease.Postponed(now);
        }
        else
        {
            Fail(_failure.Outcome, _failure.Detail);
        }
    }

    private void Fail(PortMappingOutcome outcome, string detail)
    {
        Stop();
        _lease = null;
        Drop(outcome, detail);
    }
}
