using System.Diagnostics;
using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Observing;

/// <summary>Measures one session with a peer, by what it tells its owner. On the driver.</summary>
internal sealed class SessionMeter
{
    private readonly AgentMeter _agent;
    private readonly Session _session;
    private readonly Instant _begunAt;
    private readonly bool _isOutgoing;
    private Instant _establishedAt;
    private CarrierAddress? _path;
    private string? _state;
    private int _ours, _theirs;
    private bool _isEstablished, _wasDirect;

    public SessionMeter(AgentMeter agent, Session session)
    {
        (_agent, _session, _begunAt) = (agent, session, agent.Now);

        // A session that a peer began has keys as soon as it is there.
        _isOutgoing = session.Keys is not { IsInitiator: false };
        SetState("connecting");
    }

    /// <summary>The session tells its owner something.</summary>
    public void OnEvent(in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                OnEstablished();
                break;
            case SessionEventKind.PathChanged:
                OnPath(e.Remote);
                break;
            case SessionEventKind.Dormant:
                SetState("dormant");
                break;
            case SessionEventKind.Revived when _path is { } path:
                SetState(PathSteps.PathName(path.Kind));
                break;
            case SessionEventKind.Stream when e.Stream.Kind == StreamEventKind.Opened:
                CountStream(isOurs: false, 1);
                break;
            case SessionEventKind.Stream when e.Stream.Kind == StreamEventKind.Closed:
                CountStream(isOurs: StreamId.IsEven(e.Stream.Id) == (_agent.Id < _session.Peer), -1);
                break;
            case SessionEventKind.Closed:
                OnClosed(e.End!);
                break;
            default:
                break;
        }
    }

    /// <summary>A stream was opened here.</summary>
    public void OnOpened() => CountStream(isOurs: true, 1);

    /// <summary>Records the round trip of the path in use.</summary>
    public void Sample()
    {
        if (_session is { State: SessionState.Established, Paths.Active: { Rtt.HasSample: true } path })
        {
            _agent.Instruments.RoundTrip.Record(path.Rtt.Smoothed.TotalSeconds, new KeyValuePair<string, object?>("ants.path", PathSteps.PathName(path.Remote.Kind)));
        }
    }

    private KeyValuePair<string, object?> Direction => new("ants.direction", _isOutgoing ? "outgoing" : "incoming");

    private void OnEstablished()
    {
        _isEstablished = true;
        _establishedAt = _agent.Now;
        TagList tags = new() { Direction, { "ants.outcome", "completed" } };
        _agent.Instruments.Handshakes.Add(1, tags);
        _agent.Instruments.HandshakeTime.Record((_agent.Now - _begunAt).TotalSeconds, tags);
        _agent.OnEstablished();
        if (_session.Paths.Active is { } first)
        {
            OnPath(first.Remote);
        }
    }

    private void OnPath(CarrierAddress path)
    {
        PathStep step = PathSteps.Of(_path, path);
        if (step != PathStep.None)
        {
            _agent.Instruments.PathChanges.Add(1, new("ants.change", PathSteps.Name(step)),
                new("ants.path.from", PathSteps.PathName(_path!.Value.Kind)), new("ants.path.to", PathSteps.PathName(path.Kind)));
        }

        _path = path;
        SetState(PathSteps.PathName(path.Kind));
        if (path.Kind == CarrierKind.Udp && !_wasDirect)
        {
            _wasDirect = true;
            _agent.Instruments.TimeToDirect.Record((_agent.Now - _establishedAt).TotalSeconds);
        }
    }

    private void OnClosed(SessionEnd end)
    {
        if (!_isEstablished)
        {
            TagList tags = new() { Direction, { "ants.outcome", "failed" }, { "error.type", SessionEndNames.Of(end.Cause) } };
            _agent.Instruments.Handshakes.Add(1, tags);
            _agent.Instruments.HandshakeTime.Record((_agent.Now - _begunAt).TotalSeconds, tags);
        }

        CountStream(isOurs: true, -_ours);
        CountStream(isOurs: false, -_theirs);
        SetState(null);
    }

    private void SetState(string? state)
    {
        if (state != _state)
        {
            Count(_state, -1);
            Count(state, 1);
            _state = state;
        }
    }

    private void Count(string? state, int change)
    {
        if (state is not null)
        {
            _agent.Instruments.Sessions.Add(change, new("ants.session.state", state), Direction);
        }
    }

    private void CountStream(bool isOurs, int change)
    {
        int open = isOurs ? _ours : _theirs;
        KeyValuePair<string, object?> direction = new("ants.direction", isOurs ? "outgoing" : "incoming");
        if (change > 0)
        {
            _agent.Instruments.StreamsOpened.Add(change, direction);
        }

        if (change != 0 && open + change >= 0)
        {
            _agent.Instruments.Streams.Add(change, direction);
            (_ours, _theirs) = isOurs ? (_ours + change, _theirs) : (_ours, _theirs + change);
        }
    }
}
