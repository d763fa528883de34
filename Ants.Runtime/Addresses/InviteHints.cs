using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ants.Addresses;

/// <summary>Reads the part of an invite behind its question mark.</summary>
internal sealed class InviteHints
{
    public List<RelayAddress> Relays { get; } = [];

    public List<IPEndPoint> DirectAddresses { get; } = [];

    public bool TryRead(ReadOnlySpan<char> query, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> parameter = query[range];
            int equals = parameter.IndexOf('=');
            string value = equals < 0 ? "" : Uri.UnescapeDataString(parameter[(equals + 1)..].ToString());
            problem = (equals < 0 ? parameter : parameter[..equals]) switch
            {
                "relay" => AddRelay(value),
                "direct" => AddDirect(value),
                _ => null,
            };
            if (problem is not null)
            {
                return false;
            }
        }

        return true;
    }

    private string? AddRelay(string value)
    {
        if (!RelayAddress.TryParse(value, out RelayAddress? relay))
        {
            return $"relay '{Quote.Shorten(value)}' is not a relay address";
        }

        Relays.Add(relay);
        return Relays.Count > Invite.MaxHints ? $"it names more than {Invite.MaxHints} relays" : null;
    }

    private string? AddDirect(string value)
    {
        if (!EndPointText.TryParse(value, out IPEndPoint? address))
        {
            return $"direct '{Quote.Shorten(value)}' is not an IP:PORT that can be reached";
        }

        DirectAddresses.Add(address);
        return DirectAddresses.Count > Invite.MaxHints ? $"it names more than {Invite.MaxHints} direct addresses" : null;
    }
}
