using System.Net;

namespace Ants.Testing.Lab;

/// <summary>
/// A computer of the lab: a network namespace with one interface, <c>eth0</c>. One behind a NAT can move to another, with the
/// programs that run on it.
/// </summary>
public sealed class LabHost
{
    private readonly LabNetwork _network;
    private readonly List<LabInterface> _interfaces = [];
    private readonly IPAddress? _publicAddress;
    private int _plugged;

    internal LabHost(LabNetwork network, string name, IPAddress address)
    {
        _network = network;
        Name = name;
        _publicAddress = address;
    }

    internal LabHost(LabNetwork network, string name, LabInterface first)
    {
        _network = network;
        Name = name;
        _interfaces.Add(first);
    }

    /// <summary>The host's name, and that of its network namespace.</summary>
    public string Name { get; }

    /// <summary>The address of its interface: with several, of the one that its traffic takes.</summary>
    public IPAddress Address => _publicAddress ?? Preferred.Address;

    /// <summary>The NAT that it is behind; null if it is on the public network.</summary>
    public LabNat? Nat => _publicAddress is null ? Preferred.Nat : null;

    /// <summary>The address that others see: its own, or that of its NAT, or of its NAT's carrier.</summary>
    public IPAddress PublicAddress => Nat is null or { Behaviour: LabNatBehaviour.Open } ? Address : Nat.OutermostAddress;

    /// <summary>Its global IPv6 address; null where it has none.</summary>
    public IPAddress? Address6 => _publicAddress is null ? Preferred.Address6 : null;

    /// <summary>The command by which a person gets a shell in this host while the lab is up.</summary>
    public string EnterCommand => string.Join(' ', [.. _network.Holder.CommandIn(Name), "bash"]);

    // The last one is what the default route leads to.
    private LabInterface Preferred => _interfaces.Count > 0
        ? _interfaces[^1]
        : throw new InvalidOperationException($"{Name} is connected to no NAT's network.");

    /// <summary>Moves to another NAT's network, as a laptop that changes its Wi-Fi: the old interface goes, then the new one comes.</summary>
    /// <param name="other">Whose network.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task MoveToAsync(LabNat other)
    {
        LabInterface[] old = [.. _interfaces];
        LabInterface cable = Add(other);
        _interfaces.RemoveAll(old.Contains);
        return RunAsync([.. old.Select(gone => LabCabling.Pull(Name, gone)), LabCabling.Plug(Name, cable), LabCabling.Prefer(Name, cable)]);
    }

    /// <summary>
    /// Plugs into another NAT's network too, as a phone that has both Wi-Fi and cellular; from then on its traffic goes there.
    /// </summary>
    /// <inheritdoc cref="MoveToAsync"/>
    public Task JoinAsync(LabNat other)
    {
        LabInterface cable = Add(other);
        return RunAsync([LabCabling.Plug(Name, cable), LabCabling.Prefer(Name, cable)]);
    }

    /// <summary>Has its traffic take another of the networks that it is plugged into; its addresses stay.</summary>
    /// <inheritdoc cref="MoveToAsync"/>
    public Task PreferAsync(LabNat other)
    {
        LabInterface cable = Find(other);
        _interfaces.Remove(cable);
        _interfaces.Add(cable);
        return RunAsync([LabCabling.Prefer(Name, cable)]);
    }

    /// <summary>Pulls the cable to a NAT's network; its traffic takes one that is left, if there is one.</summary>
    /// <inheritdoc cref="MoveToAsync"/>
    public Task LeaveAsync(LabNat other)
    {
        LabInterface cable = Find(other);
        _interfaces.Remove(cable);
        return RunAsync([LabCabling.Pull(Name, cable), _interfaces.Count > 0 ? LabCabling.Prefer(Name, Preferred) : ""]);
    }

    /// <summary>Switches its interface off: the address stays, the routes go.</summary>
    /// <exception cref="LabException">A command failed.</exception>
    public Task SwitchOffAsync() => RunAsync([$"ip -n {Name} link set {Preferred.Device} down\n"]);

    /// <summary>Switches it on again.</summary>
    /// <exception cref="LabException">A command failed.</exception>
    public Task SwitchOnAsync() => RunAsync([$"ip -n {Name} link set {Preferred.Device} up\n", LabCabling.Prefer(Name, Preferred)]);

    /// <summary>Starts a program here, in our current folder and with our environment.</summary>
    /// <param name="fileName">The program; looked for in PATH.</param>
    /// <param name="arguments">Its arguments, as they are: no shell sees them.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="cancellationToken">Gives up the start; it does not end a program that runs.</param>
    /// <exception cref="LabException">The lab is gone. (A program that does not exist ends with exit code 127, or 126 if folders of PATH may not be read.)</exception>
    public Task<LabProcess> StartAsync(
        string fileName,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        CancellationToken cancellationToken = default) =>
        LabProcess.StartAsync(_network.Holder.CommandIn(Name), fileName, arguments, environment, cancellationToken);

    /// <summary>Runs a program here to its end, with nothing to read; kills it when cancelled.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public async Task<LabCommandResult> RunAsync(string fileName, IEnumerable<string> arguments, CancellationToken cancellationToken = default)
    {
        await using LabProcess process = await StartAsync(fileName, arguments, environment: null, cancellationToken);
        process.Input.Close();
        int exitCode = await process.Exit.WaitAsync(cancellationToken);
        return new LabCommandResult(
            exitCode,
            string.Join('\n', await process.Output.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken)),
            string.Join('\n', await process.Error.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken)));
    }

    private LabInterface Add(LabNat other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_publicAddress is not null)
        {
            throw new InvalidOperationException($"{Name} stands on the public network, which it cannot leave.");
        }

        LabInterface cable = LabNetwork.NewInterface(other, $"eth{++_plugged}");
        _interfaces.Add(cable);
        return cable;
    }

    private LabInterface Find(LabNat other) => _interfaces.Find(cable => cable.Nat == other)
        ?? throw new ArgumentException($"{Name} is not plugged into the network of {other?.Name}.", nameof(other));

    private async Task RunAsync(IEnumerable<string> commands) => await _network.Holder.RunAsync(string.Concat(commands));
}
