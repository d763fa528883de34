using System.Net;
using Microsoft.Extensions.Logging;

namespace Ants.Driving;

/// <summary>Receives from a socket until it ends, hands on each batch, and says when nothing more has come in for a moment, if anybody waits for that.</summary>
/// <param name="socket">Where from.</param>
/// <param name="lull">What waits for such a moment.</param>
/// <param name="logger">Hears what a socket must not do.</param>
internal sealed partial class ReceiveLoop(IDatagramSocket socket, LullWork lull, ILogger logger)
{
    /// <summary>Called with each batch, which is used again for the next.</summary>
    public required Action<DatagramBatch> Received { get; init; }

    /// <summary>Called in the moment.</summary>
    public required Action Lulled { get; init; }

    /// <summary>Whether the end of the socket is what was wanted.</summary>
    public required Func<bool> MayEnd { get; init; }

    public async Task RunAsync()
    {
        DatagramBatch batch = socket.CreateBatch();
        try
        {
            while (await NextAsync(batch))
            {
                Received(batch);
            }
        }
#pragma warning disable CA1031 // A socket that breaks its contract is reported here, not out of a dispose.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogSocketFailed(e);
            return;
        }
        finally
        {
            Lulled();
        }

        if (!MayEnd())
        {
            LogSocketEnded(socket.LocalEndPoint);
        }
    }

    /// <summary>
    /// What a brief wait says is no promise: what came may be no datagram for anybody. So a receive that has nothing at once says
    /// after it whether this is the moment.
    /// </summary>
    private ValueTask<bool> NextAsync(DatagramBatch batch)
    {
        if (lull.IsAny && !socket.WaitBriefly(LullWork.Lull))
        {
            Lulled();
        }

        ValueTask<bool> next = socket.ReceiveAsync(batch, CancellationToken.None);
        if (!next.IsCompleted && lull.IsAny)
        {
            Lulled();
        }

        return next;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The socket failed; nothing is received any more")]
    private partial void LogSocketFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The system ended the socket {Local}; nothing is received any more")]
    private partial void LogSocketEnded(IPEndPoint local);
}
