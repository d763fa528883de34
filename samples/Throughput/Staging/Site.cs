using System.Net;
using Ants.Testing.Lab;

namespace Ants.Samples.Throughput.Staging;

/// <summary>
/// Where it is measured. Everything crosses the same two NATs, the yardsticks by ports that are forwarded.
/// <code>
///   relay
///     |
///   public network ----+----------------+
///                    nat-a            nat-b      port-restricted, MTU 1500
///                      |                |        forwards TCP and UDP 5001
///                    sender          receiver
/// </code>
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The yardsticks' port.</summary>
    public const int Port = 5001;

    // Not privileged, so that no capability is needed for it.
    private const int RelayPort = 4433;

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ants-throughput-");
    private readonly NatLab _lab;
    private readonly LabNat _natA;
    private readonly LabNat _natB;
    private readonly LabHost _relayHost;
    private Child? _relay;
    private bool _isWithoutUdp;

    private Site(NatLab lab, LabNat natA, LabNat natB, LabHost sender, LabHost receiver, LabHost relayHost)
    {
        _lab = lab;
        _natA = natA;
        _natB = natB;
        _relayHost = relayHost;
        Sender = sender;
        Receiver = receiver;
    }

    /// <summary>Where the sending ends run.</summary>
    public LabHost Sender { get; }

    /// <summary>Where the receiving ends run.</summary>
    public LabHost Receiver { get; }

    /// <summary>Where the yardsticks' receiving end is reached.</summary>
    public IPEndPoint Yardsticks => new(_natB.PublicAddress, Port);

    /// <summary>The relay, once it has been asked for.</summary>
    public Child Relay => _relay ?? throw new InvalidOperationException("The relay has not been started.");

    /// <summary>Its address for agents.</summary>
    public string RelayAddress { get; private set; } = "";

    /// <summary>Builds the networks.</summary>
    /// <exception cref="LabUnavailableException">The system allows no lab; the message is one line that says why.</exception>
    public static async Task<Site> BuildAsync(CancellationToken ct)
    {
        NatLab lab = await NatLab.CreateAsync(ct);
        try
        {
            LabNat natA = await lab.AddNatAsync("nat-a", LabNatBehaviour.PortRestricted, ct);
            LabNat natB = await lab.AddNatAsync("nat-b", LabNatBehaviour.PortRestricted, ct);
            LabHost receiver = await natB.AddHostAsync("receiver", ct);
            await natB.ForwardPortAsync(Port, receiver);
            await natB.ForwardTcpPortAsync(Port, receiver);
            return new Site(
                lab, natA, natB, await natA.AddHostAsync("sender", ct), receiver, await lab.AddPublicHostAsync("relay", ct));
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the relay, if it has not been.</summary>
    public async Task NeedRelayAsync(CancellationToken ct)
    {
        if (_relay is null)
        {
            string[] command = [.. Programs.FindRelay(), "--listen", $"{_relayHost.Address}:{RelayPort}", "--data", _files.FullName];
            _relay = await Child.StartAsync(_relayHost, command, ct);
            RelayAddress = await _relay.ReadAsync(ct);
        }
    }

    /// <summary>Has both NATs let UDP through, or not.</summary>
    public async Task LetUdpAsync(bool pass)
    {
        if (pass == _isWithoutUdp)
        {
            _isWithoutUdp = !pass;
            await Task.WhenAll(new[] { _natA, _natB }.Select(nat => pass ? nat.RestoreAsync() : nat.BlockUdpAsync()));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        await _lab.DisposeAsync();
        _files.Delete(recursive: true);
    }
}
