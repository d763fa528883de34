using System.Runtime.InteropServices;

namespace Ants.Sockets;

/// <summary>
/// Reads rtnetlink messages for what matters to an agent: not the repetitions by which the kernel renews an IPv6 address, not
/// link-local addresses, not routes but the default one. Not safe for use from two threads at once.
/// </summary>
/// <remarks>
/// <code>
/// struct nlmsghdr   length (4) | type (2) | flags (2) | sequence (4) | port (4)                    then, 4-aligned:
/// struct ifinfomsg  family (1) | pad (1) | type (2) | index (4) | flags (4) | change (4)           RTM_NEWLINK, RTM_DELLINK
/// struct ifaddrmsg  family (1) | prefix (1) | flags (1) | scope (1) | index (4)                    RTM_NEWADDR, RTM_DELADDR
/// struct rtmsg      family (1) | dst_len (1) | src_len (1) | tos (1) | table (1) | ...             RTM_NEWROUTE, RTM_DELROUTE
/// attributes        { length (2) | type (2) | value, 4-aligned } ...
/// </code>
/// </remarks>
internal sealed class RouteMessages
{
    private const int HeaderLength = 16, LinkLength = 16, AddressLength = 8, RouteLength = 12;
    private const ushort NewLink = 16, DelLink = 17, NewAddress = 20, DelAddress = 21, NewRoute = 24, DelRoute = 25;

    // RT_SCOPE_LINK: what is narrower than the network is of no use to a peer.
    private const byte ScopeLink = 253;

    private const byte MainTable = 254;

    // IFF_UP and IFF_RUNNING: switched on, and the cable plugged.
    private const uint LinkWorks = 0x1 | 0x40;

    // IFA_ADDRESS; the address of an IPv6 or broadcast interface, which is what agents use.
    private const ushort AttributeAddress = 1;

    // A machine with more is known anew from the next notice on.
    private const int MaxKnown = 1024;

    private readonly HashSet<(int Link, string Address)> _known = [];
    private readonly Dictionary<int, bool> _links = [];

    /// <summary>Whether one of the messages is a change that an agent should look at.</summary>
    public bool Matter(ReadOnlySpan<byte> messages)
    {
        bool matter = false;
        while (messages.Length >= HeaderLength)
        {
            int length = MemoryMarshal.Read<int>(messages);
            if (length < HeaderLength || length > messages.Length)
            {
                break;
            }

            matter |= Matters(MemoryMarshal.Read<ushort>(messages[4..]), messages[HeaderLength..length]);
            messages = messages[Math.Min(Align(length), messages.Length)..];
        }

        return matter;
    }

    private static int Align(int length) => (length + 3) & ~3;

    private bool Matters(ushort type, ReadOnlySpan<byte> body) => type switch
    {
        NewLink or DelLink => body.Length >= LinkLength && LinkMatters(type, body),
        NewAddress or DelAddress => body.Length >= AddressLength && AddressMatters(type, body),
        NewRoute or DelRoute => body.Length >= RouteLength && body is [_, 0, 0, _, MainTable, ..],
        _ => false,
    };

    private bool LinkMatters(ushort type, ReadOnlySpan<byte> body)
    {
        int link = MemoryMarshal.Read<int>(body[4..]);
        bool works = type == NewLink && (MemoryMarshal.Read<uint>(body[8..]) & LinkWorks) == LinkWorks;
        if (_links.Count >= MaxKnown)
        {
            _links.Clear();
        }

        bool news = !_links.TryGetValue(link, out bool before) || before != works;
        _links[link] = works;
        return news;
    }

    private bool AddressMatters(ushort type, ReadOnlySpan<byte> body)
    {
        if (body[3] >= ScopeLink)
        {
            return false;
        }

        (int, string) address = (MemoryMarshal.Read<int>(body[4..]), FindAddress(body[AddressLength..]));
        if (type == DelAddress)
        {
            _known.Remove(address);
            return true;
        }

        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        return _known.Add(address);
    }

    private static string FindAddress(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= 4)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                break;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == AttributeAddress)
            {
                return Convert.ToHexString(attributes[4..length]);
            }

            attributes = attributes[Math.Min(Align(length), attributes.Length)..];
        }

        return "";
    }
}
