using System.Net;
using Ants.Agents;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;

namespace Ants.Carriers;

/// <summary>
/// What one relay session travels over: UDP, raced with a WebSocket as RFC 8305 races address families; a WebSocket again when
/// UDP dies, UDP again when it works. It only offers carriers: which path is used is decided by the session, as always. On the driver.
/// </summary>
internal sealed class LinkCarriers(AgentCore core, Action failed)
{
    // RFC 8305 section 8: the Connection Attempt Delay, recommended 250 ms. An answer by UDP from anywhere near is in by then, so
    // that most agents never open a connection.
    private static readonly TimeSpan s_headStart = TimeSpan.FromMilliseconds(250);

    // UDP that has worked for so long is not a firewall's slip. Until then the WebSocket stays as a standby, at no cost.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    // What a session says last travels before its connection ends.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    // The one in use, which may be half-open, and the one that is to take its place.
    private const int MaxDials = 2;

    private readonly List<WebSocketDial> _dials = [];
    private readonly UdpReturn _return = new(core);
    private ScheduledAction? _headStart, _letGo;
    private CarrierKind? _present;
    private Session? _session;
    private RelayAddress? _relay;
    private IReadOnlyList<IPEndPoint> _addresses = [];

    /// <summary>Why a WebSocket could not be had of late; null when none was tried, or it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Has a session begin over all that there is: UDP to the relay's addresses, and a WebSocket to its name.</summary>
    public void Begin(Session session, RelayAddress relay, IReadOnlyList<IPEndPoint> addresses)
    {
        (_session, _relay, _addresses, Problem) = (session, relay, addresses, null);
        foreach (IPEndPoint address in addresses)
        {
            core.Endpoint.AddVia(core.Now, session, CarrierAddress.Udp(address));
        }

        if (addresses.Count == 0 || core.Carriers.Udp.IsBleak(core.Now))
        {
            Dial();
        }
        else
        {
            _headStart = core.After(s_headStart, Dial);
        }
    }

    /// <summary>The session goes by <paramref name="path"/> now.</summary>
    public void OnPathChanged(CarrierAddress path)
    {
        _headStart?.Cancel();
        _letGo?.Cancel();
        DropFailed();
        if (path.Kind != (_present ?? CarrierKind.Udp))
        {
            // That it is UDP from the start is not worth a word.
            core.Carriers.Note(_relay!, path.Kind);
        }

        _present = path.Kind;
        if (path.Kind == CarrierKind.Udp)
        {
            core.Carriers.Udp.Clear();
            _return.Stop();
            DropWhere(dial => dial.Carrier is null);
            LetGoLater();
        }
        else
        {
            core.Carriers.Udp.OnFailed(core.Now);
            _return.Begin(_session!, _addresses);
        }
    }

    /// <summary>The path in use is silent under probing, and it is the only one: a firewall, or a half-open connection.</summary>
    public void OnSuspected()
    {
        Dial();
        _return.Restart();
    }

    /// <summary>The host has come to another network: UDP may work there, and a TCP connection from the old one does not.</summary>
    public void OnAddressesChanged()
    {
        if (_session is { State: SessionState.Established, Paths.Active.Remote.Kind: CarrierKind.WebSocket })
        {
            Dial();
            _return.Restart();
        }
    }

    /// <summary>The session is over. It may still have to say so.</summary>
    public void End()
    {
        _headStart?.Cancel();
        _letGo?.Cancel();
        _return.Stop();
        _session = null;
        DropWhere(dial => dial.Carrier is null);
        WebSocketDial[] dials = [.. _dials];
        _dials.Clear();
        core.After(s_lastWords, () => Array.ForEach(dials, dial => dial.Drop()));
    }

    private void Dial()
    {
        if (_session is not null && _dials.Count < MaxDials && _dials.TrueForAll(dial => dial.Carrier is not null))
        {
            _dials.Add(core.Carriers.Dial(_relay!, OnConnected, OnOver));
        }
    }

    private void OnConnected(WebSocketDial dial)
    {
        if (!_dials.Contains(dial))
        {
            // Of a session that has ended since.
            dial.Drop();
        }
        else if (_session!.State == SessionState.Connecting)
        {
            core.Endpoint.AddVia(core.Now, _session, dial.Carrier!.From);
        }
        else
        {
            _session.Probe(dial.Carrier!.From);
            LetGoLater();
        }
    }

    private void OnOver(WebSocketDial dial, string? problem)
    {
        if (!_dials.Remove(dial))
        {
            return;
        }

        Problem = problem;
        if (_addresses.Count == 0 && _session is { State: SessionState.Connecting })
        {
            // There is nothing else to wait for.
            failed();
        }
    }

    private void LetGoLater()
    {
        _letGo?.Cancel();
        _letGo = core.After(s_grace, LetGo);
    }

    /// <summary>UDP has proved itself: the relay need not hold a connection as well.</summary>
    private void LetGo()
    {
        if (_session is not { Paths.Active: { Remote.Kind: CarrierKind.Udp } active } session)
        {
            return;
        }

        if (active.SuspectSince is not null)
        {
            LetGoLater();
            return;
        }

        foreach (WebSocketDial dial in _dials.FindAll(dial => dial.Carrier is not null))
        {
            core.Endpoint.OnConnectionLost(core.Now, session, dial.Carrier!.From);
        }

        DropWhere(_ => true);
    }

    /// <summary>Ends connections that did not answer: they are half-open.</summary>
    private void DropFailed() => DropWhere(
        dial => dial.Carrier is { } carrier && _session!.Paths.FindByRemote(carrier.From) is { State: PathState.Failed });

    private void DropWhere(Predicate<WebSocketDial> condition)
    {
        foreach (WebSocketDial dial in _dials.FindAll(condition))
        {
            _dials.Remove(dial);
            dial.Drop();
        }
    }
}
