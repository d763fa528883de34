using System.Globalization;
using System.Net;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>A <see cref="TransferAgent"/> that runs in the lab, and what it has said so far.</summary>
internal sealed class TransferProcess : IAsyncDisposable
{
    // Far above what anything takes: one that is reached is a failure and not a slow machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(2);

    private readonly LabProcess _process;
    private readonly string _name;
    private readonly Task _listening;

    public TransferProcess(string name, LabProcess process)
    {
        (_name, _process) = (name, process);
        _listening = ListenAsync();
    }

    public string? Id { get; private set; }

    /// <summary>How many relays it holds.</summary>
    public int Held { get; private set; }

    /// <summary>Where its session's data go.</summary>
    public IPEndPoint? Path { get; private set; }

    /// <summary>Bytes that it has received of the present stream, to the nearest megabyte.</summary>
    public long Received { get; private set; }

    /// <summary>Hashes of the streams that it sent, each when all of it was delivered.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The streams that it received.</summary>
    public List<Receipt> Receipts { get; } = [];

    /// <summary>Has it send a stream.</summary>
    public Task SendAsync(int seed) => _process.Input.WriteLineAsync(seed.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until what it said makes something true.</summary>
    /// <exception cref="StoryException">It did not in time, or it has ended.</exception>
    public async Task WaitAsync(Func<bool> condition, string otherwise, CancellationToken ct)
    {
        long deadline = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
        while (!condition())
        {
            if (_listening.IsCompleted)
            {
                await _listening;
                throw new StoryException($"{_name} has ended: {await _process.Error.ReadAllAsync(ct).LastOrDefaultAsync(ct) ?? "it said nothing"}");
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new StoryException($"After {s_limit.TotalSeconds:F0} s {otherwise}.");
            }

            await Task.Delay(s_glance, ct);
        }
    }

    /// <summary>Ends its input, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        _process.Input.Close();
        return await _process.Exit.WaitAsync(s_limit);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task ListenAsync()
    {
        await foreach (string line in _process.Output.ReadAllAsync())
        {
            switch (line.Split(' '))
            {
                case ["ready", string id]:
                    Id = id;
                    break;
                case ["held", string count]:
                    Held = int.Parse(count, CultureInfo.InvariantCulture);
                    break;
                case ["path", string remote]:
                    Path = IPEndPoint.Parse(remote);
                    break;
                case ["received", string bytes]:
                    Received = long.Parse(bytes, CultureInfo.InvariantCulture);
                    break;
                case ["sent", string hash]:
                    Sent.Add(hash);
                    break;
                case ["done", string hash, string bytes, string took, string gap]:
                    Receipts.Add(new Receipt(hash, long.Parse(bytes, CultureInfo.InvariantCulture), Milliseconds(took), Milliseconds(gap)));
                    Received = 0;
                    break;
                default:
                    throw new StoryException($"{_name} said: {line}");
            }
        }
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture));
}
