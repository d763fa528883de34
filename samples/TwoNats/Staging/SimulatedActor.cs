using System.Threading.Channels;
using Ants.Samples.Chat;
using Ants.Samples.Chat.Lines;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>The Chat program on a host of the simulated network: all of it but its command line, input and output.</summary>
internal sealed class SimulatedActor : IActor
{
    // A process would be killed. One that does not end is left behind, with its world; the story has reported it by then.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Channel<AgentEvent> _said = Channel.CreateUnbounded<AgentEvent>();
    private readonly Channel<string> _typed = Channel.CreateBounded<string>(TypedLines.Capacity);
    private readonly List<string> _complaints = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;

    /// <summary>Starts it. Called within the world, to which the program belongs from then on.</summary>
    public SimulatedActor(string name, ChatOptions options, Func<TimeSpan> now)
    {
        Name = name;
        _time = options.Network.Time;
        Exit = RunAsync(new ChatApplication(
            options, new ActorOutput(_said.Writer, now), new TypedLines(_typed.Reader), _complaints.Add));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> Events => ReadAsync();

    /// <inheritdoc/>
    public Task<int> Exit { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <inheritdoc/>
    public int TimesRegistered(string relay) =>
        _complaints.Count(line => RegistrationNote.TryRead(line, out string named) && named == relay);

    /// <inheritdoc/>
    public string? CarrierTo(string relay) => _complaints
        .Select(line => CarrierNote.TryRead(line, out string named, out string carrier) && named == relay ? carrier : null)
        .LastOrDefault(carrier => carrier is not null);

    /// <inheritdoc/>
    public async Task TypeAsync(string line)
    {
        try
        {
            await _typed.Writer.WriteAsync(line);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException($"{Name} has ended.", e);
        }
    }

    /// <inheritdoc/>
    public void EndInput() => _typed.Writer.TryComplete();

    /// <inheritdoc/>
    public void Terminate() => _stop.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Terminate();
        await Task.WhenAny(Exit, Task.Delay(s_patience, _time));
        _stop.Dispose();
    }

    private async Task<int> RunAsync(ChatApplication chat)
    {
        try
        {
            return await chat.RunAsync(_stop.Token);
        }
        catch (Exception e)
        {
            // What would end a process, with its last words on standard error, must not end the world.
            _complaints.Add(e.ToString());
            return Chat.ExitCode.Failed;
        }
        finally
        {
            _typed.Writer.TryComplete();
            _said.Writer.TryComplete();
        }
    }

    // Not ReadAllAsync of the channel: it goes on outside the world.
    private async IAsyncEnumerable<AgentEvent> ReadAsync()
    {
        while (await _said.Reader.WaitToReadAsync())
        {
            while (_said.Reader.TryRead(out AgentEvent? said))
            {
                yield return said;
            }
        }
    }
}
