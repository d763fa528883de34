using System.Net;

namespace Ants.Nat;

/// <summary>Which external ports a NAT gave, in the order in which it gave them, and what follows for the next (RFC 4787 section 4.2).</summary>
internal sealed class AllocationEvidence
{
    // Fewer are chance: two differences that are alike say something, one says nothing.
    private const int LeastSamples = 3;

    // Between two of our mappings others behind the NAT get some too. Four random ports that all lie this close behind each other, in one
    // direction, are one case in 10^11.
    private const int MostDistance = 64;

    // RFC 4787 section 4.2.2: what a NAT gives, if it did not keep the port, is 1024 to 65535. A sequence begins anew there.
    private const int Range = 65536 - 1024;

    private readonly List<(int Socket, int Internal, IPEndPoint External)> _samples = [];

    /// <summary>Notes a mapping, unless it is the one that this socket had already.</summary>
    public void Add(int socket, int internalPort, IPEndPoint external)
    {
        // Another address of a pool has other ports.
        bool isOther = _samples.Count > 0 && !_samples[0].External.Address.Equals(external.Address);
        if (!isOther && !_samples.Exists(sample => sample.Socket == socket && sample.External.Equals(external)))
        {
            _samples.Add((socket, internalPort, external));
        }
    }

    /// <summary>What the samples show.</summary>
    /// <param name="isDependent">
    /// Whether the mapping depends on the destination. Then one that kept its port says nothing (the NAT keeps it for the first destination),
    /// and the others are judged.
    /// </param>
    /// <returns>The step is 0 but for <see cref="PortAllocation.Sequential"/>.</returns>
    public (PortAllocation Allocation, int Step) Judge(bool isDependent)
    {
        int kept = _samples.Count(IsKept);
        int[] ports = [.. _samples.Where(sample => !isDependent || !IsKept(sample)).Select(sample => sample.External.Port)];
        if (ports.Length < LeastSamples)
        {
            return (PortAllocation.Unknown, 0);
        }

        // One of them may have been somebody else's.
        if (!isDependent && kept >= ports.Length - 1)
        {
            return (PortAllocation.Preserving, 0);
        }

        int[] distances = [.. ports.Zip(ports.Skip(1), Distance)];
        bool isSequence = Array.TrueForAll(distances, distance => Math.Abs(distance) <= MostDistance && distance != 0)
            && (Array.TrueForAll(distances, distance => distance > 0) || Array.TrueForAll(distances, distance => distance < 0));
        return isSequence ? (PortAllocation.Sequential, Commonest(distances)) : (PortAllocation.Random, 0);
    }

    private static bool IsKept((int Socket, int Internal, IPEndPoint External) sample) => sample.Internal == sample.External.Port;

    private static int Distance(int former, int later) => (later - former) switch
    {
        < -Range / 2 => later - former + Range,
        > Range / 2 => later - former - Range,
        int near => near,
    };

    /// <summary>The most frequent one; of several the smallest: larger ones have another's mapping between them.</summary>
    private static int Commonest(int[] distances) => distances
        .GroupBy(distance => distance).OrderByDescending(group => group.Count()).ThenBy(group => Math.Abs(group.Key)).First().Key;
}
