using System.Security.Cryptography;
using Ants.Crypto;
using Ants.Samples.Chat.Lines;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>One run of the program: an agent, and either a dialler or a listener.</summary>
internal sealed class ChatApplication(ChatOptions options, IChatOutput output, TypedLines typed, Action<string> note)
{
    /// <summary>Runs until the conversation or <paramref name="stop"/> ends it; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using AgentNotes notes = new(note);
        try
        {
            using AgentIdentity identity = await IdentifyAsync(stop);
            return options.Peer is Invite peer ? await DialAsync(identity, peer, notes, stop) : await ListenAsync(identity, notes, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop before there was anything to close.
            return ExitCode.Clean;
        }
        catch (AntsException e)
        {
            note(e.Message);
            return ExitCode.Of(e.Error);
        }
        finally
        {
            if (typed.Waiting is > 0 and int waiting)
            {
                note($"Typed lines that were not sent: {waiting}.");
            }
        }
    }

    private async Task<AgentIdentity> IdentifyAsync(CancellationToken stop) => options.IdentityPath is null
        ? NewIdentity(options.Network.Entropy)
        : await AgentIdentity.LoadOrCreateAsync(options.IdentityPath, cancellationToken: stop);

    private async Task<int> DialAsync(AgentIdentity identity, Invite peer, AgentNotes notes, CancellationToken stop)
    {
        AntsOptions agentOptions = options.ToAgent(identity, Dialler.Authorize, notes);
        await using AntsAgent agent = await StartAsync(agentOptions, notes, stop);
        return await ReportingAsync(agent, () => new Dialler(peer, typed, output, options.Network.Time).RunAsync(agent, stop));
    }

    private async Task<int> ListenAsync(AgentIdentity identity, AgentNotes notes, CancellationToken stop)
    {
        Listener listener = new(options.Allowed, typed, output, options.Network.Time);
        AntsOptions agentOptions = options.ToAgent(identity, listener.Authorize, notes);
        await using AntsAgent agent = await StartAsync(agentOptions, notes, stop);
        return await ReportingAsync(agent, () => listener.RunAsync(agent, stop));
    }

    /// <summary>Does <paramref name="work"/>, and shows meanwhile what the agent finds out about its network.</summary>
    private async Task<int> ReportingAsync(AntsAgent agent, Func<Task<int>> work)
    {
        using CancellationTokenSource over = new();
        Task reporting = ReportAsync(agent, over.Token);
        try
        {
            return await work();
        }
        finally
        {
            await over.CancelAsync();
            await reporting;
        }
    }

    private async Task ReportAsync(AntsAgent agent, CancellationToken over)
    {
        try
        {
            output.Network(await agent.DiagnoseAsync(over));
        }
        catch (OperationCanceledException)
        {
            // The conversation was shorter than that.
        }
    }

    private async Task<AntsAgent> StartAsync(AntsOptions agentOptions, AgentNotes notes, CancellationToken stop)
    {
        AntsAgent agent = await AntsAgent.StartAsync(agentOptions, stop);
        output.Ready(agent.Id, agent.Invite);
        notes.Begin();
        if (options.IdentityPath is null)
        {
            note("No --identity was given: this agent has its name for this run only.");
        }

        return agent;
    }

    // From the randomness of the world that it runs in: a simulated one repeats itself, names included.
    private static AgentIdentity NewIdentity(EntropySource entropy)
    {
        Span<byte> seed = stackalloc byte[AgentIdentity.SeedSize];
        entropy.Fill(seed);
        try
        {
            return AgentIdentity.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
