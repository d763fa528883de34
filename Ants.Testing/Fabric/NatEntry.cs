using Ants.Protocol;

namespace Ants.Testing.Fabric;

/// <summary>
/// One mapping of a NAT and who may use it inwards. Filters are kept per mapping, as the connection trackers of the field
/// keep them; for endpoint-independent mappings this is what RFC 4787 section 5 says per internal end point.
/// </summary>
internal sealed class NatEntry(Endpoint inside, Endpoint outside, NatKind kind)
{
    private readonly Dictionary<Endpoint, Instant> _remotes = [];
    private Instant _lastUse;

    /// <summary>The end point behind the NAT.</summary>
    public Endpoint Inside => inside;

    /// <summary>The end point before the NAT.</summary>
    public Endpoint Outside => outside;

    /// <summary>Notes a datagram that goes out to a remote.</summary>
    public void NoteOutbound(Endpoint remote, Instant now)
    {
        _lastUse = now;
        _remotes[Mask(remote)] = now;
    }

    /// <summary>Notes a datagram that has come in.</summary>
    public void NoteInbound(Endpoint remote, Instant now)
    {
        if (kind.RefreshesOnInbound)
        {
            NoteOutbound(remote, now);
        }
    }

    /// <summary>Whether the mapping still stands.</summary>
    public bool IsLive(Instant now) => now - _lastUse < kind.MappingTimeout;

    /// <summary>Whether the filtering lets a remote in.</summary>
    public bool Admits(Endpoint remote, Instant now) =>
        kind.Filtering == NatFiltering.EndpointIndependent || HasSentTo(remote, now);

    /// <summary>Whether something was sent to this remote, as far as the filtering tells remotes apart.</summary>
    public bool HasSentTo(Endpoint remote, Instant now) =>
        _remotes.TryGetValue(Mask(remote), out Instant last) && now - last < kind.MappingTimeout;

    private Endpoint Mask(Endpoint remote) => kind.Filtering switch
    {
        NatFiltering.EndpointIndependent => default,
        NatFiltering.AddressDependent => remote with { Port = 0 },
        _ => remote,
    };
}
