using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ants.Addresses;

namespace Ants;

/// <summary>
/// Where a relay is and which key it has: <c>ants://host[:port]/#z6Mk...</c>. The host is a DNS name, an IPv4 address or an
/// IPv6 address in brackets; one port number, 443 unless given, serves both UDP and TCP.
/// </summary>
/// <remarks>
/// With the key (the part after <c>#</c>) the relay proves itself to the session, whatever its TLS certificate says. An
/// address without it can be parsed, for the sake of relays with a publicly valid certificate; this version does not connect
/// to it yet, which <see cref="AntsOptions.Validate"/> says.
/// </remarks>
public sealed class RelayAddress : IEquatable<RelayAddress>
{
    /// <summary>The port of an address that names none: HTTPS, which the fewest networks block.</summary>
    public const int DefaultPort = 443;

    // The longest DNS name is 253 characters, a port 6, a key 48, scheme and separators 9.
    internal const int MaxLength = 320;

    private const string Scheme = "ants://";

    /// <summary>An address from its parts.</summary>
    /// <param name="host">A DNS name, an IPv4 address, or an IPv6 address with or without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="id">The relay's key, or <see langword="null"/> when it is not known.</param>
    /// <exception cref="ArgumentException">The host or port is not one; the message says why.</exception>
    public RelayAddress(string host, int port = DefaultPort, RelayId? id = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        bool bare = host.Contains(':') && !host.StartsWith('[');
        Host = HostName.TryNormalize(bare ? $"[{host}]" : host, out string? normalized, out string? problem)
            ? normalized
            : throw new ArgumentException(problem, nameof(host));
        Port = port;
        Id = id;
    }

    /// <summary>The DNS name in lower case, the IPv4 address, or the IPv6 address in brackets.</summary>
    public string Host { get; }

    /// <summary>The port of UDP and TCP alike.</summary>
    public int Port { get; }

    /// <summary>The key that the relay must prove; <see langword="null"/> when the address names none.</summary>
    public RelayId? Id { get; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not one; the message says what is wrong and what is accepted.</exception>
    public static RelayAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RelayAddress? address, out string? problem) ? address : throw new FormatException(problem);
    }

    /// <summary>Reads an address, if the text is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RelayAddress? address) =>
        TryParse(text, out address, out _);

    /// <summary>Reads an address, or says in one line what is wrong with it and what is accepted.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out RelayAddress? address,
        [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (text is null || text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            problem = Refuse(text, "it does not start with ants://");
            return false;
        }

        ReadOnlySpan<char> rest = text.AsSpan(Scheme.Length);
        RelayId? id = null;
        if (rest.IndexOf('#') is int hash and >= 0)
        {
            if (!RelayId.TryParse(rest[(hash + 1)..], out RelayId parsed, out _))
            {
                problem = Refuse(text, "what follows # is not a relay's id");
                return false;
            }

            id = parsed;
            rest = rest[..hash];
        }

        if (!TrySplit(rest.EndsWith("/") ? rest[..^1] : rest, out string host, out int port))
        {
            problem = Refuse(text, "its port is not a number from 1 to 65535");
            return false;
        }

        if (!HostName.TryNormalize(host, out string? normalized, out string? reason))
        {
            problem = Refuse(text, reason);
            return false;
        }

        address = new RelayAddress(normalized, port, id);
        problem = null;
        return true;
    }

    /// <summary>The canonical text, which <see cref="Parse"/> reads: without the port when it is 443.</summary>
    public override string ToString()
    {
        string port = Port == DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        return Id is null ? $"{Scheme}{Host}{port}/" : $"{Scheme}{Host}{port}/#{Id}";
    }

    /// <inheritdoc/>
    public bool Equals(RelayAddress? other) =>
        other is not null && Port == other.Port && Host == other.Host && Equals(Id, other.Id);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RelayAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Host, Port, Id);

    /// <summary>Whether both name the same place and key.</summary>
    public static bool operator ==(RelayAddress? left, RelayAddress? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(RelayAddress? left, RelayAddress? right) => !(left == right);

    private static bool TrySplit(ReadOnlySpan<char> authority, out string host, out int port)
    {
        port = DefaultPort;
        int colon = authority.LastIndexOf(':');

        // The colons of [2001:db8::1] are not followed by a port.
        if (colon < 0 || authority[colon..].Contains(']'))
        {
            host = authority.ToString();
            return true;
        }

        host = authority[..colon].ToString();
        return int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is >= 1 and <= ushort.MaxValue;
    }

    private static string Refuse(string? text, string reason) =>
        $"'{Quote.Shorten(text)}' is not a relay address: {reason}. Accepted: ants://HOST[:PORT]/#ID, "
        + "where HOST is a DNS name, an IPv4 address or [an IPv6 address], and ID is the relay's z6Mk... key.";
}
