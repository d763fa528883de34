using Ants.Samples.Chat.Lines;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>Waits for peers and talks with one at a time; while it does, others are refused as busy.</summary>
internal sealed class Listener(
    IReadOnlySet<AgentId> allowed, TypedLines typed, IChatOutput output, TimeProvider time)
{
    private const string Busy = "busy: talking with another peer";

    // A dialler opens its stream in the round trip after the handshake; one that does not is not here to talk.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private volatile AntsSession? _current;

    /// <summary>Refuses who is not on the list, and everyone but the peer itself while it is being talked with.</summary>
    public Admission Authorize(PeerRequest request)
    {
        if (allowed.Count > 0 && !allowed.Contains(request.PeerId))
        {
            return Admission.Refuse($"{request.PeerId} is not among those who may call");
        }

        // The same peer calling again has lost its session, or its process: it is not one caller too many.
        if (_current is AntsSession current && current.PeerId != request.PeerId)
        {
            return Admission.Refuse(Busy);
        }

        return Admission.Accept;
    }

    /// <summary>Serves until <paramref name="stop"/>.</summary>
    public async Task<int> RunAsync(AntsAgent agent, CancellationToken stop)
    {
        using CancellationTokenSource broken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task serving = Task.CompletedTask;
        agent.Serve(Conversation.Protocol, static (stream, _) => StreamSlot.Of(stream.Session).OfferAsync(stream));
        try
        {
            while (true)
            {
                AntsSession session = await agent.AcceptSessionAsync(broken.Token);
                if (_current is AntsSession current && !await MakeWayAsync(current, session))
                {
                    continue;
                }

                await serving;
                _current = session;
                serving = ServeAsync(session, broken, stop);
            }
        }
        catch (OperationCanceledException) when (broken.IsCancellationRequested)
        {
            await serving;
            return ExitCode.Clean;
        }
    }

    // Two peers may be admitted before either is served; a peer that calls again replaces itself.
    private static async Task<bool> MakeWayAsync(AntsSession current, AntsSession next)
    {
        if (current.PeerId == next.PeerId)
        {
            await current.CloseAsync("the peer called again; what was under way may be lost");
            return true;
        }

        await next.CloseAsync(Busy);
        await next.DisposeAsync();
        return false;
    }

    private async Task ServeAsync(AntsSession session, CancellationTokenSource broken, CancellationToken stop)
    {
        StreamSlot slot = StreamSlot.Of(session);
        try
        {
            await using (session)
            {
                ChatEnd end = await TalkAsync(session, slot, stop);
                output.Closed(end.Reason);
            }
        }
        catch (AntsException e)
        {
            output.Closed(e.Message);
        }
        catch (IOException)
        {
            // Nobody reads what the peers say.
            await broken.CancelAsync();
            throw;
        }
        finally
        {
            slot.Finish();
            _current = null;
        }
    }

    private async Task<ChatEnd> TalkAsync(AntsSession session, StreamSlot slot, CancellationToken stop)
    {
        Task paths = await PathReport.StartAsync(session, output, time);
        await Task.WhenAny(slot.Stream, session.Closed, Task.Delay(s_patience, time, stop));
        ChatEnd end = slot.Stream.IsCompletedSuccessfully
            ? await new Conversation(session, await slot.Stream, typed, output, time).RunAsListenerAsync(stop)
            : await EndWithoutStreamAsync(session, stop);
        await paths;
        return end;
    }

    private static async Task<ChatEnd> EndWithoutStreamAsync(AntsSession session, CancellationToken stop)
    {
        string reason = stop.IsCancellationRequested ? "the listener was stopped" : $"the peer opened no {Conversation.Protocol} stream";
        bool closedByPeer = session.Closed.IsCompleted;
        await session.CloseAsync(reason);
        CloseReason close = await session.Closed;
        return closedByPeer ? new ChatEnd(close.Clean, close.Message) : new ChatEnd(Clean: false, reason);
    }
}
