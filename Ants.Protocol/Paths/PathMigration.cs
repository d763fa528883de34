using Ants.Protocol.Sessions;

namespace Ants.Protocol.Paths;

/// <summary>
/// Follows a peer whose address changes: its NAT gave it another port, or it moved. Data follow at once, within what came
/// from the new address, and both addresses are challenged (RFC 9000 section 9.3); when the new one does not answer, the
/// path goes back.
/// </summary>
internal sealed class PathMigration(PathSet paths, ISessionHost host, FrameFates fates)
{
    /// <summary>A packet came from elsewhere than its path leads, with the highest number so far.</summary>
    public void OnNewAddress(Instant now, Path path, CarrierAddress from, int received)
    {
        if (from == path.Previous)
        {
            // The peer itself still sends from there: whatever came from elsewhere was a stray copy.
            Return(path);
            return;
        }

        // Only an address that was once the peer's is worth going back to.
        path.Validation.Forget(path.Remote);
        path.Previous = path.IsAddressValidated ? path.Remote : path.Previous;
        bool sameHost = from.EndPoint is { } there && path.Remote.EndPoint is { } here && there.Address.Equals(here.Address);
        paths.Redirect(path, from);
        path.LimitTo(received);
        if (!sameHost)
        {
            // RFC 9000 section 9.4: another port alone is most likely the same path.
            path.Recovery.OnAddressChanged(now, path.Rtt.Smoothed);
        }

        path.Validation.Challenge(now, from, host.NextRandom());
        if (path.Previous is { } previous)
        {
            path.Validation.Challenge(now, previous, host.NextRandom());
        }

        Tell(path);
    }

    /// <summary>
    /// The first packet of an initiator came. It has <paramref name="proved"/> its address, unless it took another way than the one
    /// where it has shown that it can be reached.
    /// </summary>
    public void OnConfirmed(Instant now, Path path, in ReceivedPacket packet, bool proved)
    {
        if (path.Remote != packet.From)
        {
            // Early data were answered where they came from; the initiator goes on over another of its carriers.
            paths.Redirect(path, packet.From);
            path.LimitTo(packet.Size);
            Tell(path);
        }

        if (proved)
        {
            path.Unlimit();
        }
        else
        {
            path.Validation.Challenge(now, path.Remote, host.NextRandom());
        }
    }

    /// <summary>An address answered a challenge.</summary>
    public void OnAnswer(Path path, CarrierAddress target)
    {
        if (target == path.Remote)
        {
            path.Unlimit();
            path.Previous = null;
            paths.OnValidated(path);
        }
    }

    /// <summary>An address did not answer.</summary>
    public void OnSilence(Instant now, Path path, CarrierAddress target)
    {
        if (target != path.Remote)
        {
            return;
        }

        if (path.Previous is not null)
        {
            // RFC 9000 section 9.3.2: back to the address that had answered.
            Return(path);
        }
        else if (path.State == PathState.Validating && path.Recovery.LargestAcked is null && path.Id != 0)
        {
            // It never worked: its id and the peer's are worth more than the memory of it.
            paths.Abandon(now, path, fates, tellPeer: true);
        }
        else
        {
            paths.Fail(now, path, fates);
        }
    }

    private void Return(Path path)
    {
        path.Validation.Forget(path.Remote);
        paths.Redirect(path, path.Previous!.Value);
        path.Previous = null;
        path.Unlimit();
        Tell(path);
    }

    private void Tell(Path path)
    {
        if (path == paths.Active)
        {
            paths.RaiseChanged();
        }
    }
}
