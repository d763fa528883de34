using System.Net;

namespace Ants.Testing.Lab;

/// <summary>
/// A small internet of real Linux network namespaces and nftables NATs, which needs no root where the system allows
/// user namespaces.
/// </summary>
/// <remarks>
/// <code>
///   relay 203.0.113.10      (public hosts)
///     |
///   public router 203.0.113.1 ---------------+
///     |                                      |
///   nat-a 203.0.113.100                    nat-b 203.0.113.110      their "wan"; each has its LabNatBehaviour
///   10.1.0.1                               10.2.0.1                 their "lan"
///     |                                      |
///   a 10.1.0.10                            b 10.2.0.10
/// </code>
/// Everything in it, programs included, is gone when it is disposed or when the process that holds it ends, however
/// that ends. All its methods may be called from any thread.
/// </remarks>
public sealed class NatLab : IAsyncDisposable
{
    private readonly LabHolder _holder;
    private readonly LabNetwork _network;

    private NatLab(LabHolder holder)
    {
        _holder = holder;
        _network = new LabNetwork(holder);
    }

    /// <summary>What the lab's namespaces hang on.</summary>
    public LabIsolation Isolation => _holder.Isolation;

    /// <summary>The process id of the lab's first process, by which the lab can be entered; killing it ends the lab.</summary>
    public int HolderProcessId => _holder.ProcessId;

    /// <summary>
    /// Creates a lab with nothing but the public network. Finds out by trying what the system allows: a user
    /// namespace first, then root's rights.
    /// </summary>
    /// <exception cref="LabUnavailableException">It allows neither; the message is one line that says why.</exception>
    public static Task<NatLab> CreateAsync(CancellationToken cancellationToken = default) =>
        CreateAsync([LabIsolation.UserNamespace, LabIsolation.Root], cancellationToken);

    /// <summary>Adds a host with a public address of its own.</summary>
    /// <param name="name">Letters, digits and hyphens; no other node of the lab has it.</param>
    /// <param name="cancellationToken">Checked before the work begins.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task<LabHost> AddPublicHostAsync(string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _network.AddPublicHostAsync(name);
    }

    /// <summary>Gives a host with a public address another one, such as a server needs that tells what NATs do (RFC 5780).</summary>
    /// <param name="host">One that <see cref="AddPublicHostAsync"/> has added.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task<IPAddress> AddPublicAddressAsync(LabHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return _network.AddPublicAddressAsync(host);
    }

    /// <summary>Adds a NAT, behind which hosts can be added.</summary>
    /// <param name="name">Letters, digits and hyphens; no other node of the lab has it.</param>
    /// <param name="behaviour">How it maps and filters.</param>
    /// <param name="cancellationToken">Checked before the work begins.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task<LabNat> AddNatAsync(string name, LabNatBehaviour behaviour, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _network.AddNatAsync(name, new LabNatOptions(behaviour));
    }

    /// <summary>Adds a NAT that its behaviour alone does not describe.</summary>
    /// <param name="name">Letters, digits and hyphens; no other node of the lab has it.</param>
    /// <param name="options">What it is.</param>
    /// <param name="cancellationToken">Checked before the work begins.</param>
    /// <exception cref="ArgumentException">There is no such NAT; the message says why.</exception>
    /// <exception cref="LabException">A command failed.</exception>
    public Task<LabNat> AddNatAsync(string name, LabNatOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        return _network.AddNatAsync(name, options);
    }

    /// <summary>Ends every program in the lab and removes all of it.</summary>
    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    /// <summary>Tries the rungs in their order.</summary>
    internal static async Task<NatLab> CreateAsync(IEnumerable<LabIsolation> ladder, CancellationToken cancellationToken)
    {
        Exception? refusal = null;
        foreach (LabIsolation isolation in OperatingSystem.IsLinux() ? ladder : [])
        {
            LabHolder? holder = null;
            try
            {
                holder = await LabHolder.StartAsync(isolation, cancellationToken);
                NatLab lab = new(holder);
                await lab._network.AddPublicRouterAsync();
                return lab;
            }
            catch (Exception attempt) when (attempt is LabException or TimeoutException)
            {
                // The next rung may hold. Told is what refused the rung that this user should have stood on.
                refusal = Environment.IsPrivilegedProcess ? attempt : refusal ?? attempt;
                if (holder is not null)
                {
                    await holder.DisposeAsync();
                }
            }
        }

        throw new LabUnavailableException(new LabDiagnosis().Explain(refusal?.Message ?? ""), refusal);
    }
}
