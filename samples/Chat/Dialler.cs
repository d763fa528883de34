using Ants.Samples.Chat.Lines;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>Calls one peer, and ends with the conversation.</summary>
internal sealed class Dialler(Invite peer, TypedLines typed, IChatOutput output, TimeProvider time)
{
    /// <summary>Whoever calls a dialler is refused: it came to talk with one peer.</summary>
    public static Admission Authorize(PeerRequest request) => Admission.Refuse("not listening: it is calling someone itself");

    /// <summary>Talks until the end of input, of the session, or <paramref name="stop"/>.</summary>
    public async Task<int> RunAsync(AntsAgent agent, CancellationToken stop)
    {
        try
        {
            await using AntsSession session = await agent.ConnectAsync(peer, stop);
            ChatEnd end = await TalkAsync(session, stop);
            output.Closed(end.Reason);
            return end.Clean ? ExitCode.Clean : ExitCode.Failed;
        }
        catch (AntsException e)
        {
            output.NotConnected(e.Message);
            throw;
        }
    }

    private async Task<ChatEnd> TalkAsync(AntsSession session, CancellationToken stop)
    {
        Task paths = await PathReport.StartAsync(session, output, time);
        await using AntsStream stream = await session.OpenStreamAsync(Conversation.Protocol, stop);
        ChatEnd end = await new Conversation(session, stream, typed, output, time).RunAsDiallerAsync(stop);
        await paths;
        return end;
    }
}
