using System.Diagnostics.Metrics;
using Ants.Agents;
using Ants.Protocol;

namespace Ants.Observing;

/// <summary>Measures one agent. On the driver.</summary>
internal sealed class AgentMeter
{
    // Often enough to see a network change, and seldom beside the keepalives of a session.
    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromSeconds(10);

    private readonly AgentCore _core;
    private bool _isSampling;

    public AgentMeter(AgentCore core, IMeterFactory? factory)
    {
        _core = core;
        Instruments = AgentInstruments.Of(factory);
        Instruments.Endpoints.Add(core.Endpoint.Counters);
    }

    public AgentInstruments Instruments { get; }

    public AgentId Id => _core.Endpoint.Id;

    public Instant Now => _core.Now;

    /// <summary>A session is established: its round trips are looked at from now on, if anybody wants to know them.</summary>
    public void OnEstablished()
    {
        if (!_isSampling && Instruments.RoundTrip.Enabled)
        {
            _isSampling = true;
            _core.After(s_sampleEvery, Sample);
        }
    }

    /// <summary>Where a relay link stands has changed.</summary>
    public void OnLink(RelayLinkState before, RelayLinkState after)
    {
        int change = (after == RelayLinkState.Held ? 1 : 0) - (before == RelayLinkState.Held ? 1 : 0);
        if (change != 0)
        {
            Instruments.Links.Add(change);
        }
    }

    /// <summary>The agent is gone; what it has counted stays counted. May be called by anybody.</summary>
    public void Stop() => Instruments.Endpoints.Remove(_core.Endpoint.Counters);

    private void Sample()
    {
        // An agent without sessions, or that nobody listens to, is left to sleep.
        _isSampling = _core.Peers.Count > 0 && Instruments.RoundTrip.Enabled && !_core.IsStopping;
        if (_isSampling)
        {
            foreach (PeerSession peer in _core.Peers)
            {
                peer.Meter.Sample();
            }

            _core.After(s_sampleEvery, Sample);
        }
    }
}
