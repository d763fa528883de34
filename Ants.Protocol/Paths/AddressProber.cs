using Ants.Protocol.Sessions;

namespace Ants.Protocol.Paths;

/// <summary>
/// Turns addresses into paths. A probe that is answered from where it was sent shows an address that works; the
/// controlling side opens a path to it, or brings the failed path to it back.
/// </summary>
internal sealed class AddressProber(ISessionHost host, PathSet paths, ProbePath probes, FrameFates fates)
{
    // A second direct path is opened only for a clear gain, the same that the policy asks before it moves.
    private const double ClearGain = 0.8;

    // Addresses that answered before the peer's connection ids for new paths had come. A punch finds one or two.
    private const int MaxWaiting = 4;

    // Null while none waits, which is nearly always.
    private Queue<(CarrierAddress Source, TimeSpan RoundTrip)>? _waiting;

    /// <summary>Sends one challenge to <paramref name="target"/>.</summary>
    public void Probe(CarrierAddress target) => probes.Challenge(target, host.NextRandom());

    /// <summary>A challenge of the peer's came from <paramref name="source"/> on the probe path.</summary>
    public void OnChallenge(CarrierAddress source, ulong token)
    {
        // Only the controlling side needs to know; an address that it has not heard of is peer-reflexive (RFC 8445).
        bool wanted = paths.IsControlling && paths.FindByRemote(source) is not { IsUsable: true };
        probes.Respond(source, token, wanted ? host.NextRandom() : null);
    }

    /// <summary>An answer came from <paramref name="source"/> on the probe path.</summary>
    public void OnResponse(Instant now, CarrierAddress source, ulong token)
    {
        if (!probes.TryComplete(now, token, out CarrierAddress target, out TimeSpan roundTrip))
        {
            return;
        }

        if (source != target)
        {
            // The peer's NAT answers from another port: that one has to work by itself.
            Probe(source);
            return;
        }

        if (paths.FindByRemote(source) is { } known)
        {
            if (known.State == PathState.Failed)
            {
                paths.Challenge(now, known);
            }
            else if (known.State == PathState.Validating)
            {
                // The way has opened meanwhile: what was sent before did not get through.
                known.Validation.Repeat(now, source);
            }
        }
        else if (paths.IsControlling && IsWorthAPath(source, roundTrip))
        {
            Open(now, source, roundTrip);
        }
    }

    /// <summary>Connection ids for new paths have come: opens what waited for them.</summary>
    public void OnSpares(Instant now)
    {
        Queue<(CarrierAddress Source, TimeSpan RoundTrip)>? waiting = _waiting;
        _waiting = null;
        while (waiting is not null && waiting.TryDequeue(out (CarrierAddress Source, TimeSpan RoundTrip) next))
        {
            (CarrierAddress source, TimeSpan roundTrip) = next;
            if (paths.FindByRemote(source) is null && IsWorthAPath(source, roundTrip))
            {
                Open(now, source, roundTrip);
            }
        }
    }

    private void Open(Instant now, CarrierAddress source, TimeSpan roundTrip)
    {
        paths.MakeRoom(now, fates);
        if (paths.Open(source, roundTrip) is { } path)
        {
            paths.Challenge(now, path);
        }
        else if (_waiting is null or { Count: < MaxWaiting })
        {
            // Over a slow relay the answer to a probe may overtake the connection ids that a new path needs.
            (_waiting ??= new(1)).Enqueue((source, roundTrip));
        }
    }

    private bool IsWorthAPath(CarrierAddress source, TimeSpan roundTrip)
    {
        if (source.Kind != CarrierKind.Udp)
        {
            // One more way back, for when this relay or the direct path dies.
            return true;
        }

        foreach (Path path in paths.All)
        {
            if (path.IsDirect && path.SuspectSince is null && path.State is (PathState.Active or PathState.Standby or PathState.Validating)
                && roundTrip > path.Rtt.Smoothed * ClearGain)
            {
                return false;
            }
        }

        return true;
    }
}
