using System.Net;
using System.Security.Cryptography;
using Ants.Crypto;

namespace Ants.Samples.Doctor;

/// <summary>What was found out, about the network and, if one was named, about the way to a peer.</summary>
/// <param name="Network">The network.</param>
/// <param name="Traversal">The way to the peer; <see langword="null"/> when none was asked for, or it could not be reached at all.</param>
/// <param name="PeerProblem">Why the peer could not be reached; <see langword="null"/> when it was, or none was asked for.</param>
internal sealed record Examination(NatReport Network, TraversalReport? Traversal, string? PeerProblem)
{
    /// <summary>Runs an agent of a name that nobody knows for as long as it takes.</summary>
    /// <exception cref="AntsException">No relay could be reached.</exception>
    public static async Task<Examination> MakeAsync(DoctorOptions options, AntsNetwork network)
    {
        AntsOptions agentOptions = new()
        {
            Identity = NewIdentity(network),
            Authorize = _ => Admission.Refuse("it only looks at its network"),
            Port = options.Port,
            Proxy = options.Proxy,
            PortMapping = options.PortMapping,
            Network = network,
        };
        foreach (RelayAddress relay in options.Relays.Count > 0 ? options.Relays : options.Peer!.Relays)
        {
            agentOptions.Relays.Add(relay);
        }

        foreach (IPEndPoint address in options.AdvertisedAddresses)
        {
            agentOptions.AdvertisedAddresses.Add(address);
        }

        foreach (IPEndPoint server in options.StunServers)
        {
            agentOptions.StunServers.Add(server);
        }

        agentOptions.WarmRelays = Math.Clamp(agentOptions.Relays.Count, 1, AntsOptions.MaxRelays);
        using (agentOptions.Identity)
        {
            await using AntsAgent agent = await AntsAgent.StartAsync(agentOptions);
            NatReport report = await agent.DiagnoseAsync();
            return options.Peer is { } peer ? await CallAsync(agent, report, peer, options.Patience, network.Time) : new Examination(report, null, null);
        }
    }

    private static async Task<Examination> CallAsync(AntsAgent agent, NatReport report, Invite peer, TimeSpan patience, TimeProvider time)
    {
        try
        {
            await using AntsSession session = await agent.ConnectAsync(peer);
            using CancellationTokenSource enough = new(patience, time);
            try
            {
                await foreach (PathChange path in session.PathChanges(enough.Token))
                {
                    if (path.Kind == PathKind.Direct)
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // It stays relayed: the report says why.
            }

            return new Examination(report, await session.GetTraversalReportAsync(), null);
        }
        catch (AntsException e)
        {
            return new Examination(report, null, e.Message);
        }
    }

    private static AgentIdentity NewIdentity(AntsNetwork network)
    {
        Span<byte> seed = stackalloc byte[AgentIdentity.SeedSize];
        network.Entropy.Fill(seed);
        try
        {
            return AgentIdentity.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
