using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>A home with a <see cref="MatrixAgent"/> process in it.</summary>
internal sealed class MatrixPlace : IAsyncDisposable
{
    // Beyond what the agent itself waits for: a start with its relays, on a busy machine.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly LabHome _home;
    private readonly LabProcess _process;
    private readonly Complaints _complaints;
    private AgentStanding? _standing;

    private MatrixPlace(LabHome home, LabProcess process)
    {
        _home = home;
        _process = process;
        _complaints = new Complaints(process.Error);
    }

    /// <summary>The home.</summary>
    public LabHome Home => _home;

    /// <summary>The agent's id, once it is started.</summary>
    public string Agent { get; private set; } = "";

    /// <summary>Starts the process.</summary>
    public static async Task<MatrixPlace> BuildAsync(LabHome home, IEnumerable<string> relays, LabProxy? proxy, CancellationToken ct)
    {
        string[] arguments = [Executables.Find("samples", "TwoNats"), .. MatrixAgentOptions.Arguments(home, relays, proxy)];
        return new MatrixPlace(home, await home.Host.StartAsync(Executables.Host, arguments, environment: null, ct));
    }

    /// <summary>Starts an agent, and waits until it is registered, and mapped where a router maps.</summary>
    /// <exception cref="MatrixException">It cannot.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        MatrixAnswers.StartedAnswer started = MatrixAnswers.ReadStarted(await AskAsync("start", TimeSpan.Zero, ct));
        Agent = started.Agent;
        _standing = AgentStanding.Of(_home, started.Port, started.Mappings);
    }

    /// <summary>Calls the other, and waits until the session is direct.</summary>
    /// <exception cref="MatrixException">There is no session.</exception>
    public Task<(IPEndPoint? Direct, TimeSpan? ToDirect)> ConnectAsync(MatrixPlace other, TimeSpan patience, CancellationToken ct) =>
        ArriveAsync($"connect {other.Agent}", patience, ct);

    /// <summary>Waits for the other's call, and until its session is direct.</summary>
    /// <exception cref="MatrixException">There is no session.</exception>
    public Task<(IPEndPoint? Direct, TimeSpan? ToDirect)> WatchAsync(TimeSpan patience, CancellationToken ct) => ArriveAsync("watch", patience, ct);

    /// <summary>Ends the agent.</summary>
    /// <exception cref="MatrixException">It cannot.</exception>
    public async Task StopAsync(CancellationToken ct) => MatrixAnswers.ReadStopped(await AskAsync("stop", TimeSpan.Zero, ct));

    /// <summary>By what kind of address another sends to this agent.</summary>
    public Techniques SeenAt(IPEndPoint seen) => _standing!.SeenAt(seen);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _home.DisposeAsync();
    }

    private async Task<(IPEndPoint? Direct, TimeSpan? ToDirect)> ArriveAsync(string command, TimeSpan patience, CancellationToken ct) =>
        MatrixAnswers.ReadArrived(await AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"{command} {patience.TotalMilliseconds:F0}"), patience, ct));

    private async Task<string> AskAsync(string command, TimeSpan patience, CancellationToken ct)
    {
        try
        {
            await _process.Input.WriteLineAsync(command.AsMemory(), ct);
            return await _process.Output.ReadAsync(ct).AsTask().WaitAsync(s_patience + patience, ct);
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException or IOException)
        {
            throw new MatrixException($"The agent of {_home.Host.Name} is gone, or silent: {_complaints.Lines.LastOrDefault("it said nothing")}");
        }
    }
}
