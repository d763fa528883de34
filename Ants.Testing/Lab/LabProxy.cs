using System.Globalization;
using System.Threading.Channels;

namespace Ants.Testing.Lab;

/// <summary>
/// A forward proxy for HTTP that asks for a name and a password, as companies have: a real tinyproxy on a public host of the lab.
/// </summary>
public sealed class LabProxy : IAsyncDisposable
{
    /// <summary>The port that it listens on, the usual one of proxies.</summary>
    public const int Port = 3128;

    // What it accepts; any will do in a network of its own.
    private const string Name = "ants", Password = "through-the-wall";

    // A start takes a few milliseconds; only a failing one waits so long.
    private static readonly TimeSpan s_startWithin = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _files;
    private readonly LabProcess _process;
    private readonly Task _reading;
    private readonly List<string> _log = [];

    private LabProxy(LabHost host, LabProcess process, DirectoryInfo files, TaskCompletionSource listening)
    {
        Host = host;
        _process = process;
        _files = files;
        _reading = ReadAsync(listening);
    }

    /// <summary>Where it runs.</summary>
    public LabHost Host { get; }

    /// <summary>Its address, with the name and password that it asks for.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://{Name}:{Password}@{Host.Address}:{Port}"));

    /// <summary>What it has logged: each connection that it was asked for.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>Starts it on a host; it serves when the task has completed.</summary>
    /// <exception cref="LabException">tinyproxy is not installed, or does not start.</exception>
    public static async Task<LabProxy> StartAsync(LabHost host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        DirectoryInfo files = Directory.CreateTempSubdirectory("ants-proxy-");
        string settings = Path.Combine(files.FullName, "tinyproxy.conf");
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            Port {Port}
            Listen {host.Address}
            Timeout 600
            MaxClients 100
            BasicAuth {Name} {Password}
            LogLevel Info

            """), cancellationToken);
        TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LabProxy proxy = new(host, await host.StartAsync("tinyproxy", ["-d", "-c", settings], cancellationToken: cancellationToken), files, listening);
        try
        {
            await listening.Task.WaitAsync(s_startWithin, cancellationToken);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, with all connections through it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _reading;
        _files.Delete(recursive: true);
    }

    private async Task ReadAsync(TaskCompletionSource listening)
    {
        ChannelReader<string> output = _process.Output;
        await foreach (string line in output.ReadAllAsync())
        {
            lock (_log)
            {
                _log.Add(line);
            }

            if (line.EndsWith("Accepting connections.", StringComparison.Ordinal))
            {
                listening.TrySetResult();
            }
        }

        bool isMissing = await _process.Exit == 127;
        listening.TrySetException(new LabException(isMissing
            ? "tinyproxy is not installed (apt-get install tinyproxy)."
            : $"tinyproxy did not start: {string.Join(' ', Log)}"));
    }
}
