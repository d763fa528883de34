using System.Net;
using System.Threading.Channels;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>A relay process on a public host of the lab, which can be killed and started again with the same key.</summary>
internal sealed class LabRelay(LabHost host, string folder) : IAsyncDisposable
{
    // Any port will do in a network of its own; this one is not privileged, so that no capability is needed for it.
    private const int Port = 4433;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // More than it gives its agents to move.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(40);

    private LabProcess? _process;
    private Complaints? _log;
    private bool _isKilled;

    public LabHost Host => host;

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; } = new(host.Address, Port);

    /// <summary>Its address for agents, as it printed it.</summary>
    public string Address { get; private set; } = "";

    /// <summary>That it has ended although nobody killed it; null while it has not.</summary>
    public string? Failure => _process?.Exit.IsCompleted == true && !_isKilled
        ? $"The {host.Name} has ended: {_log!.Lines.LastOrDefault("it said nothing")}"
        : null;

    /// <summary>Its last words.</summary>
    public IEnumerable<string> Complaints => (_log?.Lines ?? []).Select(line => $"{host.Name}: {line}");

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <exception cref="StoryException">It does not start.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        string[] arguments = [Executables.Find("Ants.Relay"), "--listen", EndPoint.ToString(), "--data", folder];
        _process = await host.StartAsync(Executables.Host, arguments, environment: null, ct);
        _isKilled = false;
        _log = new Complaints(_process.Error);
        try
        {
            Address = await _process.Output.ReadAsync(ct).AsTask().WaitAsync(s_limit, ct);
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException)
        {
            throw new StoryException($"The {host.Name} did not start: {_log.Lines.LastOrDefault("it said nothing")}");
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _isKilled = true;
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    /// <summary>Ends it by SIGTERM, and waits until it has ended.</summary>
    /// <exception cref="StoryException">It did not, or not in order.</exception>
    public async Task StopAsync()
    {
        _isKilled = true;
        _process!.Terminate();
        if (await Task.WhenAny(_process.Exit, Task.Delay(s_stopLimit)) != _process.Exit || await _process.Exit != 0)
        {
            throw new StoryException($"The {host.Name} did not stop in order: {_log!.Lines.LastOrDefault("it said nothing")}");
        }

        await _process.DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(KillAsync());
}
