using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ants.Nat;

namespace Ants.Discovery;

/// <summary>What was found in one network, and its line in a file:</summary>
/// <remarks>
/// <code>
/// router  external  mapping exact  filtering exact  allocation step  hairpinning  held lost  addresses  measured
/// 192.168.1.1 203.0.113.9 EndpointIndependent True AddressAndPortDependent True Preserving 0 False 120 150 203.0.113.9 1764100000
/// </code>
/// Times are whole seconds, rounded down for what held and up for what did not; a dash is for what is not known.
/// </remarks>
/// <param name="Key">The network.</param>
/// <param name="Behaviour">What its NATs do.</param>
/// <param name="Lifetime">How long mappings are known to live.</param>
internal sealed record KnownNetwork(NetworkKey Key, NatBehaviour Behaviour, LifetimeBounds Lifetime)
{
    private const int Fields = 13;
    private const string Unknown = "-";

    // Four servers are asked.
    private const int MostAddresses = 4;

    // What LifetimeSearch may find is ten minutes; a day is no lifetime of a mapping.
    private const int MostSeconds = 86_400;

    private const int MostStep = ushort.MaxValue;

    public string Write() => string.Join(
        ' ',
        Key.Router?.ToString() ?? Unknown,
        Key.External,
        Behaviour.Mapping,
        Behaviour.IsMappingExact,
        Behaviour.Filtering,
        Behaviour.IsFilteringExact,
        Behaviour.Allocation,
        Behaviour.AllocationStep.ToString(CultureInfo.InvariantCulture),
        Behaviour.Hairpinning?.ToString() ?? Unknown,
        Write(Lifetime.Held > TimeSpan.Zero ? Math.Floor(Lifetime.Held.TotalSeconds) : null),
        Write(Lifetime.Lost is { } lost ? Math.Ceiling(lost.TotalSeconds) : null),
        string.Join(',', Behaviour.ExternalAddresses.Take(MostAddresses)),
        Behaviour.MeasuredAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a line that <see cref="Write()"/> has written; nothing else.</summary>
    public static bool TryRead(string line, [NotNullWhen(true)] out KnownNetwork? network)
    {
        network = null;
        string[] fields = line.Split(' ');
        if (fields.Length != Fields
            || !TryReadAddress(fields[1], out IPAddress? external)
            || !TryRead(fields[2], out MappingBehaviour mapping) || !TryRead(fields[3], out bool mappingExact)
            || !TryRead(fields[4], out FilteringBehaviour filtering) || !TryRead(fields[5], out bool filteringExact)
            || !TryRead(fields[6], out PortAllocation allocation) || !TryRead(fields[7], -MostStep, MostStep, out long step)
            || !TryReadSeconds(fields[9], out TimeSpan? held) || !TryReadSeconds(fields[10], out TimeSpan? lost)
            || !TryRead(fields[12], 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds(), out long measured))
        {
            return false;
        }

        IPAddress? router = null;
        bool? hairpinning = null;
        if ((fields[0] != Unknown && !TryReadAddress(fields[0], out router))
            || (fields[8] != Unknown && !TryReadNullable(fields[8], out hairpinning))
            || !TryReadAddresses(fields[11], external.AddressFamily, out IPAddress[] addresses))
        {
            return false;
        }

        LifetimeBounds lifetime = new(held ?? TimeSpan.Zero, lost);
        NatBehaviour behaviour = new()
        {
            Family = external.AddressFamily,
            Mapping = mapping,
            IsMappingExact = mappingExact,
            Filtering = filtering,
            IsFilteringExact = filteringExact,
            Allocation = allocation,
            AllocationStep = (int)step,
            Hairpinning = hairpinning,
            BindingLifetime = held,
            ExternalAddresses = addresses,
            MeasuredAt = DateTimeOffset.FromUnixTimeSeconds(measured),
            FromCache = true,
        };
        network = new KnownNetwork(NetworkKey.Of(router, external), behaviour, lifetime);
        return network.Write() == line;
    }

    // Below a second nothing held to speak of.
    private static string Write(double? seconds) => seconds is >= 1 and { } known ? ((long)known).ToString(CultureInfo.InvariantCulture) : Unknown;

    private static bool TryRead<T>(string text, out T value)
        where T : struct, Enum => Enum.TryParse(text, out value) && Enum.IsDefined(value);

    private static bool TryRead(string text, out bool value) => bool.TryParse(text, out value);

    private static bool TryReadNullable(string text, out bool? value)
    {
        bool read = bool.TryParse(text, out bool known);
        value = known;
        return read;
    }

    private static bool TryRead(string text, long least, long most, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    private static bool TryReadSeconds(string text, out TimeSpan? value)
    {
        value = null;
        if (text == Unknown)
        {
            return true;
        }

        bool read = TryRead(text, 1, MostSeconds, out long seconds);
        value = TimeSpan.FromSeconds(seconds);
        return read;
    }

    private static bool TryReadAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && address.ToString() == text && (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId == 0);

    private static bool TryReadAddresses(string text, AddressFamily family, out IPAddress[] addresses)
    {
        List<IPAddress> read = [];
        foreach (string one in text.Split(','))
        {
            if (read.Count < MostAddresses && TryReadAddress(one, out IPAddress? address) && address.AddressFamily == family)
            {
                read.Add(address);
            }
        }

        addresses = [.. read];
        return read.Count > 0;
    }
}
