using System.Net;

namespace Ants.Testing.Lab;

/// <summary>A computer of the lab: a network namespace with one interface, <c>eth0</c>.</summary>
public sealed class LabHost
{
    private readonly LabHolder _holder;

    internal LabHost(LabHolder holder, string name, IPAddress address, LabNat? nat)
    {
        _holder = holder;
        Name = name;
        Address = address;
        Nat = nat;
    }

    /// <summary>The host's name, and that of its network namespace.</summary>
    public string Name { get; }

    /// <summary>The address of its interface.</summary>
    public IPAddress Address { get; }

    /// <summary>The NAT that it is behind; null if it is on the public network.</summary>
    public LabNat? Nat { get; }

    /// <summary>The address that others see: its own, or that of its NAT.</summary>
    public IPAddress PublicAddress => Nat is null or { Behaviour: NatBehaviour.Open } ? Address : Nat.PublicAddress;

    /// <summary>The command by which a person gets a shell in this host while the lab is up.</summary>
    public string EnterCommand => string.Join(' ', [.. _holder.CommandIn(Name), "bash"]);

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
        LabProcess.StartAsync(_holder.CommandIn(Name), fileName, arguments, environment, cancellationToken);

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
}
