using Ants.Samples.Chat.Lines;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>
/// The protocol <c>chat/1</c> on one stream: lines of UTF-8 both ways, each ended by a line feed. The dialler opens the
/// stream. Either side's end of stream says "no more lines from me"; the listener answers the dialler's with its own, and
/// then the dialler closes the session. So a close never outruns a line, in either direction.
/// </summary>
internal sealed class Conversation(AntsSession session, AntsStream stream, TypedLines typed, IChatOutput output, TimeProvider time)
{
    /// <summary>The name under which a listener serves it.</summary>
    public const string Protocol = "chat/1";

    // Lines that are sent in one go when many wait; a line alone is sent alone.
    private const int LinesPerFlush = 32;

    // How long to wait, on the way out, for a peer that is there and slow; a peer that is gone ends the session sooner or
    // never, and nobody at a terminal waits longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private Task<string?> _receiving = Task.FromResult<string?>(null);
    private Task _sending = Task.CompletedTask;

    /// <summary>Sends until standard input ends or <paramref name="stop"/>; then delivers, lets the peer finish, and closes.</summary>
    public async Task<ChatEnd> RunAsDiallerAsync(CancellationToken stop)
    {
        Start(stop);
        Task peerFailed = PeerFailedAsync();
        await Task.WhenAny(_sending, peerFailed, session.Closed);
        bool delivered = !peerFailed.IsCompleted && !session.Closed.IsCompleted && await DeliverAsync(stop);
        if (delivered)
        {
            // The peer's last lines, which were on their way when ours ended.
            await Task.WhenAny(_receiving, session.Closed, Task.Delay(s_patience, time, CancellationToken.None));
        }

        return await CloseAsync(delivered, "end of input");
    }

    /// <summary>Serves the peer until it ends the conversation or <paramref name="stop"/>.</summary>
    public async Task<ChatEnd> RunAsListenerAsync(CancellationToken stop)
    {
        using CancellationTokenSource noMoreLines = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Start(noMoreLines.Token);
        Task stopped = Task.Delay(Timeout.Infinite, stop);
        await Task.WhenAny(_receiving, stopped, session.Closed);
        await noMoreLines.CancelAsync();
        bool delivered = !session.Closed.IsCompleted && await DeliverAsync(stop);
        if (delivered && !stopped.IsCompleted)
        {
            // The dialler closes when it has seen the end of our lines.
            await Task.WhenAny(session.Closed, stopped, Task.Delay(s_patience, time, CancellationToken.None));
        }

        return await CloseAsync(delivered, stopped.IsCompleted ? "the listener was stopped" : "the conversation ended");
    }

    private void Start(CancellationToken noMoreLines)
    {
        _receiving = ReceiveAsync();
        _sending = SendAsync(noMoreLines);
    }

    // Ends when the peer's side ends: with null, or with what went wrong.
    private async Task<string?> ReceiveAsync()
    {
        LineReader reader = new(stream.Input);
        try
        {
            for (long sequence = 1; ; sequence++)
            {
                LineRead read = await reader.ReadAsync();
                switch (read.Kind)
                {
                    case LineReadKind.End:
                        return null;
                    case LineReadKind.TooLong:
                        return $"the peer sent a line longer than {LineReader.MaxLineBytes} bytes";
                    default:
                        output.Line(sequence, read.Text);
                        break;
                }
            }
        }
        catch (AntsException e)
        {
            return e.Message;
        }
    }

    // Ends when there is nothing more to send, or nobody who takes it.
    private async Task SendAsync(CancellationToken noMoreLines)
    {
        try
        {
            while (await typed.WaitAsync(noMoreLines))
            {
                for (int i = 0; i < LinesPerFlush && typed.TryTake(out string line); i++)
                {
                    LineWriter.Write(stream.Output, line);
                }

                if ((await stream.Output.FlushAsync(noMoreLines)).IsCompleted)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What is written stays written: the stream's end follows it.
            return;
        }
        catch (AntsException)
        {
            // The reader of the same stream hears the same, and reports it.
            return;
        }
    }

    private async Task PeerFailedAsync()
    {
        if (await _receiving is null)
        {
            // The peer has no more to say; we may have.
            await session.Closed;
        }
    }

    // Without a signal the lines have as long as the session lives: they are what the user came for.
    private async Task<bool> DeliverAsync(CancellationToken stop)
    {
        using CancellationTokenSource hurry = new(Timeout.InfiniteTimeSpan, time);
        await using CancellationTokenRegistration stopped = stop.Register(() => hurry.CancelAfter(s_patience));
        try
        {
            await _sending;
            await stream.Output.CompleteAsync();
            await stream.DeliveredAsync(hurry.Token);
            return true;
        }
        catch (Exception e) when (e is AntsException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<ChatEnd> CloseAsync(bool delivered, string reason)
    {
        string? failure = _receiving.IsCompleted ? await _receiving : null;
        bool isOver = session.Closed.IsCompleted;
        if (!isOver)
        {
            await session.CloseAsync(failure ?? reason);
        }

        // The peer's close may have come first all the same: its streams end a moment before the session says so.
        CloseReason close = await session.Closed;
        if (isOver || close.Error != AntsError.Closed)
        {
            return new ChatEnd(close.Clean, close.Message);
        }

        if (failure is not null)
        {
            return new ChatEnd(Clean: false, failure);
        }

        return delivered ? new ChatEnd(Clean: true, reason) : new ChatEnd(Clean: false, $"{reason}; not all lines were delivered");
    }
}
