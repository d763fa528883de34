using System.Net;
using Ants.Carriers;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Agents;

/// <summary>
/// An agent's session with one relay: keeps it up, and says what its end means to others. What relayed paths travel through is its
/// <see cref="LinkTunnel"/>. Everything happens on the driver.
/// </summary>
internal sealed class RelayLink
{
    // A relay answers in one round trip; five seconds leave room for four retransmissions.
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    // Longer than a round trip to a relay, shorter than a person's patience with a wrong address.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    // A relay that is started anew takes a second or so. The retransmissions of one attempt meet it then, and further attempts follow.
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(1);

    // A relay's name may have several addresses, and the relay several names.
    private const int MaxAddresses = 4;

    private readonly AgentCore _core;
    private readonly List<RelayAddress> _addresses;
    private readonly LinkCarriers _carriers;
    private readonly LinkBackoff _backoff = new();
    private LinkTunnel? _tunnel;
    private ScheduledAction? _timer;
    private Instant _heldSince;
    private RelayControlReader? _news;
    private RelayControlWriter? _requests;
    private int _attempts;

    public RelayLink(AgentCore core, int number, RelayAddress address, bool isBorrowed)
    {
        _core = core;
        _addresses = [address];
        _carriers = new LinkCarriers(core, () => Fail(Unreachable($"The relay host '{Address!.Host}' has no address.")));
        Number = number;
        Address = address;
        IsBorrowed = isBorrowed;
    }

    /// <summary>How carrier addresses name this link.</summary>
    public int Number { get; }

    /// <summary>The address that is called, of those that are known for the relay's key.</summary>
    public RelayAddress Address { get; private set; }

    /// <summary>Whether it was made for an invite, not for the agent's own options.</summary>
    public bool IsBorrowed { get; private set; }

    /// <summary>Where the relay's name leads, as far as it was looked up: all of them can be asked what they see us at.</summary>
    public IReadOnlyList<IPEndPoint> Called { get; private set; } = [];

    public RelayLinkState State
    {
        get;
        private set
        {
            _core.Meter.OnLink(field, value);
            field = value;
        }
    }

    /// <summary>Where the relay's packets come from, once it has answered.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    public Session? Session { get; private set; }

    /// <summary>Why the last attempt failed; null while there was none.</summary>
    public AntsException? Failure { get; private set; }

    /// <summary>Whether the relay is being left: it forwards still, and nothing new is begun over it.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Begins an attempt: the host is looked up, then called at all its addresses.</summary>
    public void Connect()
    {
        if (State is RelayLinkState.Held or RelayLinkState.Stopped)
        {
            return;
        }

        State = RelayLinkState.Connecting;
        Address = _addresses[_attempts % _addresses.Count];
        int attempt = ++_attempts;
        _timer?.Cancel();
        _timer = _core.After(s_attempt, () => Fail(Unreachable(
            $"The relay {Address} did not answer within {s_attempt.TotalSeconds:0} s. Check its address, and that UDP reaches it.")));
        _core.Resolve(Address.Host, addresses =>
        {
            // An answer that took longer than the attempt belongs to nobody.
            if (State == RelayLinkState.Connecting && attempt == _attempts)
            {
                Call(addresses);
            }
        });
    }

    /// <summary>The relay is said to have another name too.</summary>
    public void AddAddress(RelayAddress address)
    {
        if (_addresses.Count < MaxAddresses && !_addresses.Contains(address))
        {
            _addresses.Add(address);
        }
    }

    /// <summary>Whether the relay's packets come from there.</summary>
    public bool IsAt(IPEndPoint address) => Called.Contains(address) || address.Equals(EndPoint);

    /// <summary>The host may be in another network: the relay is to learn of it at once, or an attempt begins or goes on now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="moved">Whether what is sent to an address leaves by another way than before.</param>
    public void OnNetworkChanged(Instant now, Func<CarrierAddress, bool> moved)
    {
        _backoff.Reset();
        if (State == RelayLinkState.Waiting)
        {
            Connect();
        }
        else if (Session is { State: SessionState.Connecting } connecting)
        {
            _core.Endpoint.Hurry(now, connecting);
        }
        else
        {
            Session?.Revive(now, moved);
            if (EndPoint is { } relay && moved(CarrierAddress.Udp(relay)))
            {
                _carriers.OnAddressesChanged();
            }
        }
    }

    /// <summary>
    /// The relay is about to stop, or is not wanted any more: it is left as soon as no session needs it. <paramref name="isForGood"/>:
    /// it is not called again.
    /// </summary>
    public void BeginLeaving(bool isForGood)
    {
        if (State == RelayLinkState.Held && !IsLeaving)
        {
            IsLeaving = true;
            new RelayDeparture(_core, this, isForGood).Begin();
        }
    }

    /// <summary>A session has no other way: the relay stays, as a guest's.</summary>
    public void Lend() => (IsLeaving, IsBorrowed) = (false, true);

    /// <summary>The relay is wanted for the agent itself.</summary>
    public void Own()
    {
        IsBorrowed = false;
        if (State == RelayLinkState.Held)
        {
            _core.OnLinkHeld(this);
        }
    }

    /// <summary>Ends the registration in order, and comes back when the relay has had time to start again.</summary>
    public void Leave(Instant now)
    {
        if (State == RelayLinkState.Held && Session is { } session)
        {
            Session = null;
            _core.Endpoint.Close(now, session, SessionErrorCode.None, "the relay stops, and the agent has moved");
            Rest(new AntsException(AntsError.RelayUnreachable, $"The relay {Address} is stopping."), LinkBackoff.Shorten(s_return, _core.NextFraction()));
        }
    }

    /// <summary>Ends the link for good; says so to the relay.</summary>
    public void Stop(Instant now)
    {
        State = RelayLinkState.Stopped;
        _timer?.Cancel();
        _carriers.End();
        _core.Endpoint.Relays.Set(Number, Address.Id!.Value, []);
        if (Session is { } session)
        {
            _core.Endpoint.Close(now, session, SessionErrorCode.None, "the agent stops");
        }
    }

    /// <summary>
    /// Takes an inner packet to a peer; false when there is no link. A full queue drops it, as a network would. With
    /// <paramref name="onward"/> it is for the caller to send it there, beside the session with the relay.
    /// </summary>
    public bool TrySend(Instant now, CarrierAddress to, Span<byte> inner, out IPEndPoint? onward)
    {
        onward = null;
        if (Session is not { State: SessionState.Established } session)
        {
            return false;
        }

        onward = _tunnel!.Send(now, session, to, inner);
        return true;
    }

    /// <summary>Asks something of the relay; false when there is no link, or the relay does not take such requests.</summary>
    public bool TryAsk(in RelayControlMessage request) => State == RelayLinkState.Held && _requests!.TrySend(request);

    /// <summary>Something happened to the link's session.</summary>
    public void OnEvent(Instant now, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                SetEndPoint(Session!.Paths.All[0].Remote.EndPoint ?? (Called.Count > 0 ? Called[0] : null));
                break;
            case SessionEventKind.PathChanged:
                SetEndPoint(e.Remote.EndPoint ?? EndPoint);
                _core.Endpoint.OnTunnelPath(Number, Session!);
                _carriers.OnPathChanged(e.Remote);
                break;
            case SessionEventKind.PathSuspected:
                _carriers.OnSuspected();
                break;
            case SessionEventKind.Datagrams:
                _tunnel!.ReceiveAll(now, Session!);
                break;
            case SessionEventKind.Stream:
                OnStream(now, e.Stream);
                break;
            case SessionEventKind.Dormant:
                _core.Endpoint.Abandon(Session!, new SessionEnd(SessionEndCause.NoPath, SessionErrorCode.NoPath, "the relay went silent"));
                break;
            case SessionEventKind.Closed:
                OnClosed(e.End!);
                break;
            default:
                break;
        }
    }

    private void SetEndPoint(IPEndPoint? relay)
    {
        EndPoint = relay;
        _core.Endpoint.Relays.Set(Number, Address.Id!.Value, relay is null ? Called : Called.Append(relay));
    }

    private void Call(IReadOnlyList<IPAddress> addresses)
    {
        _tunnel = new LinkTunnel(_core, this);
        Session = _core.Connect(Address.Id!.Value, SessionProfiles.Link);
        _news = new RelayControlReader(Session);
        _requests = new RelayControlWriter(Session, _core.Endpoint);
        Called = [.. addresses.Take(MaxAddresses).Select(address => new IPEndPoint(address, Address.Port))];
        _carriers.Begin(Session, Address, Called);
        LookForImpostor(Session);
    }

    /// <summary>
    /// Whoever is called tells at once when it has another key. The right relay, if it is at another of the addresses, has
    /// answered before this looks.
    /// </summary>
    private void LookForImpostor(Session session)
    {
        if (Session != session || session.State != SessionState.Connecting)
        {
            return;
        }

        if (_core.Endpoint.FindImpostor(session) is { } found)
        {
            Fail(new AntsException(AntsError.RelayKeyMismatch,
                $"The relay at {Address.Host}:{Address.Port} has another key than its address names: expected {Address.Id}, found {found}. "
                + "Ask its operator for the address that it prints."));
        }
        else
        {
            _core.After(s_look, () => LookForImpostor(session));
        }
    }

    private void OnStream(Instant now, in StreamEvent e)
    {
        if (_requests!.Owns(e))
        {
            _requests.OnEvent(e);
        }
        else
        {
            _news!.OnEvent(now, e, OnControl);
        }

        if (Session is { } session)
        {
            _core.Endpoint.Wake(session);
        }
    }

    private void OnControl(RelayControlMessage message)
    {
        if (message.Type != RelayControlType.Registered)
        {
            _core.News.Handle(this, message);
            return;
        }

        if (State == RelayLinkState.Held)
        {
            return;
        }

        State = RelayLinkState.Held;
        Failure = null;
        _heldSince = _core.Now;
        _backoff.Reset();
        _timer?.Cancel();
        _core.OnLinkHeld(this);
    }

    private AntsException Unreachable(string what) => new(AntsError.RelayUnreachable,
        _carriers.Problem is { } problem ? $"{what} A WebSocket to it failed too: {problem}." : what);

    private void OnClosed(SessionEnd end)
    {
        Session = null;
        _carriers.End();
        if (State == RelayLinkState.Stopped)
        {
            return;
        }

        if (end is { Cause: SessionEndCause.Peer, Code: SessionErrorCode.Superseded })
        {
            // To call again would only throw the other one out, who would do the same.
            State = RelayLinkState.Stopped;
            Failure = new AntsException(AntsError.Superseded,
                $"Another agent with this identity has registered at {Address}. Give each running agent an identity of its own.");
            _timer?.Cancel();
            _core.OnLinkLost(this);
            return;
        }

        AntsException failure = new(AntsError.RelayUnreachable, $"The relay {Address} ended the session: {end.Reason}.");
        bool isCutOff = State == RelayLinkState.Held && end.Cause is SessionEndCause.PeerRestarted or SessionEndCause.NoPath;
        double fraction = _core.NextFraction();
        Rest(failure, isCutOff ? _backoff.AfterLoss(_core.Now - _heldSince, fraction) : _backoff.AfterFailure(fraction));
    }

    private void Fail(AntsException failure)
    {
        if (Session is { } session)
        {
            Session = null;
            _core.Endpoint.Abandon(session, new SessionEnd(SessionEndCause.HandshakeTimeout, SessionErrorCode.NoPath, failure.Message));
        }

        Rest(failure, _backoff.AfterFailure(_core.NextFraction()));
    }

    /// <summary>There is no session now; the next attempt begins after some time.</summary>
    private void Rest(AntsException failure, TimeSpan wait)
    {
        bool wasHeld = State == RelayLinkState.Held;
        Failure = failure;
        State = RelayLinkState.Waiting;
        IsLeaving = false;
        _timer?.Cancel();
        _carriers.End();
        if (wasHeld)
        {
            _core.OnLinkLost(this);
        }

        _timer = _core.After(wait, Connect);
        _core.OnLinkFailed(this);
    }
}
