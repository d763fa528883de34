using System.Text;

namespace Ants.Discovery;

/// <summary>The networks that the agent was in, the last one first: a first line with the version of the format, then a line for each.</summary>
internal sealed class KnownNetworks
{
    /// <summary>The most bytes that a file may have: more than as many lines can take.</summary>
    public const int MostBytes = 16 * 1024;

    // Home, work, a dozen friends and cafes, each with IPv4 and IPv6; the others are found out again within seconds.
    private const int Most = 32;

    private const string Header = "ants networks 1";

    private readonly List<KnownNetwork> _networks = [];

    /// <summary>How many are known.</summary>
    public int Count => _networks.Count;

    /// <summary>Reads a file; of one that is not wholly right, or of another version, nothing is taken.</summary>
    public static KnownNetworks Read(ReadOnlySpan<byte> content)
    {
        KnownNetworks known = new();
        string[] lines = content.Length > MostBytes ? [] : Encoding.UTF8.GetString(content).Split('\n');
        if (lines is not [Header, .. string[] rest, ""] || rest.Length > Most)
        {
            return known;
        }

        foreach (string line in rest)
        {
            if (!KnownNetwork.TryRead(line, out KnownNetwork? network))
            {
                return new KnownNetworks();
            }

            known._networks.Add(network);
        }

        return known;
    }

    /// <summary>All of it, as <see cref="Read"/> takes it.</summary>
    public byte[] Write()
    {
        StringBuilder text = new(Header + "\n");
        foreach (KnownNetwork network in _networks)
        {
            text.Append(network.Write()).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What is known of a network; null for nothing.</summary>
    public KnownNetwork? Find(NetworkKey key) => _networks.Find(network => network.Key == key);

    /// <summary>Puts a network first, in place of what was known of it.</summary>
    public void Remember(KnownNetwork network)
    {
        _networks.RemoveAll(known => known.Key == network.Key);
        _networks.Insert(0, network);
        if (_networks.Count > Most)
        {
            _networks.RemoveAt(Most);
        }
    }
}
