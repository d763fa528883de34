using System.Diagnostics.Metrics;
using Ants.Crypto;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>
/// The process that stands in a home of the matrix: it starts an agent, has it call or be called, says what came of it, and starts another. So a
/// program's own start, of which the compiler takes most, is not measured again with each session.
/// </summary>
/// <remarks>
/// Reads <c>start</c>, <c>connect ID MILLISECONDS</c>, <c>watch MILLISECONDS</c> and <c>stop</c>, and answers each with a JSON object on one line.
/// Ends at the end of its input.
/// </remarks>
internal sealed class MatrixAgent : IDisposable
{
    // The instrument that measures, by the agent's own clock and on its driver, from a session to its first direct path.
    private const string Meter = "Ants", TimeToDirect = "ants.session.time_to_direct";

    // A router of the lab answers within milliseconds; UPnP takes four exchanges.
    private static readonly TimeSpan s_mappingPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_mappingLook = TimeSpan.FromMilliseconds(5);

    private readonly MatrixAgentOptions _options;
    private readonly MeterListener _listener = new();
    private double? _secondsToDirect;
    private AntsAgent? _agent;
    private AgentIdentity? _identity;

    private MatrixAgent(MatrixAgentOptions options)
    {
        _options = options;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && instrument.Name == TimeToDirect)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _secondsToDirect = seconds);
        _listener.Start();
    }

    /// <summary>Does what <paramref name="input"/> says until it ends.</summary>
    public static async Task<int> RunAsync(MatrixAgentOptions options, TextReader input, TextWriter output)
    {
        using MatrixAgent agent = new(options);
        while (await input.ReadLineAsync() is { } line)
        {
            await output.WriteLineAsync(await agent.DoAsync(line.Split(' ')));
            await output.FlushAsync();
        }

        await agent.StopAsync();
        return ExitCode.Held;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task<string> DoAsync(string[] words)
    {
        try
        {
            return words switch
            {
                ["start"] => await StartAsync(),
                ["connect", var peer, var patience] => await ConnectAsync(AgentId.Parse(peer), MatrixAnswers.Patience(patience)),
                ["watch", var patience] => await WatchAsync(MatrixAnswers.Patience(patience)),
                ["stop"] => await StopAsync(),
                _ => MatrixAnswers.Failed($"not understood: {string.Join(' ', words)}"),
            };
        }
        catch (Exception e) when (e is AntsException or FormatException or OperationCanceledException or TimeoutException)
        {
            return MatrixAnswers.Failed(e.Message);
        }
    }

    private async Task<string> StartAsync()
    {
        _secondsToDirect = null;
        _identity = AgentIdentity.Generate();
        _agent = await AntsAgent.StartAsync(_options.ToAgent(_identity));
        using CancellationTokenSource limit = new(s_mappingPatience);
        while (_options.IsMapped && _agent.PortMapping.Mappings.Count == 0)
        {
            await Task.Delay(s_mappingLook, limit.Token);
        }

        return MatrixAnswers.Started(_agent);
    }

    private async Task<string> ConnectAsync(AgentId peer, TimeSpan patience) => await ArriveAsync(await _agent!.ConnectAsync(peer), patience);

    private async Task<string> WatchAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        return await ArriveAsync(await _agent!.AcceptSessionAsync(limit.Token), patience);
    }

    private async Task<string> ArriveAsync(AntsSession session, TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        try
        {
            await foreach (PathChange path in session.PathChanges(limit.Token))
            {
                if (path.Kind == PathKind.Direct)
                {
                    return MatrixAnswers.Arrived(path.Remote, TimeSpan.FromSeconds(_secondsToDirect!.Value));
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // It stays relayed, which is an answer.
        }

        return MatrixAnswers.Arrived(direct: null, toDirect: null);
    }

    private async Task<string> StopAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
            _identity!.Dispose();
            (_agent, _identity) = (null, null);
        }

        return MatrixAnswers.Stopped;
    }
}
