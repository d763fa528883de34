using System.Runtime.CompilerServices;

namespace Ants.Samples.Chat;

/// <summary>
/// Where a session meets the chat stream that its peer opens in it: the agent hands out the two separately, in either order.
/// </summary>
internal sealed class StreamSlot
{
    private static readonly ConditionalWeakTable<AntsSession, StreamSlot> s_slots = [];

    private readonly TaskCompletionSource<AntsStream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The session's one slot.</summary>
    public static StreamSlot Of(AntsSession session) => s_slots.GetValue(session, static _ => new StreamSlot());

    /// <summary>Completes when the peer has opened the stream.</summary>
    public Task<AntsStream> Stream => _stream.Task;

    /// <summary>Puts the stream there; the task ends when the conversation does. A second stream is not taken.</summary>
    public Task OfferAsync(AntsStream stream) => _stream.TrySetResult(stream) ? _finished.Task : Task.CompletedTask;

    /// <summary>Says that the conversation is over, and that no stream is taken any more.</summary>
    public void Finish()
    {
        _stream.TrySetCanceled();
        _finished.TrySetResult();
    }
}
