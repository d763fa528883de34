using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ants.Nat;

/// <summary>
/// Asks several STUN servers from one socket at the same time: each relay that the agent knows, in both families. Pure
/// like <see cref="StunTransaction"/>, of which it runs one per server. Not thread-safe.
/// </summary>
public sealed class StunGatherer
{
    /// <summary>
    /// How many servers are asked at once at most: eight relays in two families. An agent holds two to four relays, so
    /// this bounds a mistaken or hostile list; it is also one entry each in the NAT's table.
    /// </summary>
    public const int MostServers = 16;

    private readonly List<StunTransaction> _running = [];
    private readonly Queue<StunResult> _results = new();

    /// <summary>Whether no transaction is running. Results may still wait to be polled.</summary>
    public bool IsFinished => _running.Count == 0;

    /// <summary>When something is due next; null if nothing is running.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? earliest = null;
            foreach (StunTransaction transaction in _running)
            {
                if (earliest is null || transaction.NextTimeout < earliest)
                {
                    earliest = transaction.NextTimeout;
                }
            }

            return earliest;
        }
    }

    /// <summary>Begins to ask a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="id">96 fresh bits from a cryptographic random source.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="timers">When to send again; <see cref="StunRetransmission.Standard"/> if null.</param>
    /// <returns>False if this server is being asked, or <see cref="MostServers"/> are.</returns>
    public bool TryAdd(IPEndPoint server, StunTransactionId id, TimeSpan now, StunRetransmission? timers = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (_running.Count + _results.Count >= MostServers
            || _running.Exists(transaction => EndPoints.AreSame(transaction.Server, server)))
        {
            return false;
        }

        _running.Add(new StunTransaction(id, server, now, timers));
        return true;
    }

    /// <summary>Writes the next request that is due. Call until it returns false.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="buffer">At least <see cref="StunTransaction.RequestLength"/> bytes.</param>
    /// <param name="written">The request's length.</param>
    /// <param name="server">Where it goes.</param>
    public bool TryPollTransmit(
        TimeSpan now,
        Span<byte> buffer,
        out int written,
        [NotNullWhen(true)] out IPEndPoint? server)
    {
        foreach (StunTransaction transaction in _running)
        {
            if (transaction.TryPollTransmit(now, buffer, out written))
            {
                server = transaction.Server;
                return true;
            }
        }

        written = 0;
        server = null;
        return false;
    }

    /// <summary>Ends the transactions whose time has passed.</summary>
    /// <param name="now">The present moment.</param>
    public void HandleTimeout(TimeSpan now)
    {
        foreach (StunTransaction transaction in _running)
        {
            transaction.HandleTimeout(now);
        }

        CollectFinished();
    }

    /// <summary>Takes a received datagram if it answers one of the requests.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="datagram">The datagram, whole.</param>
    /// <param name="from">Its source.</param>
    public bool TryHandleResponse(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        foreach (StunTransaction transaction in _running)
        {
            if (transaction.TryHandleResponse(now, datagram, from))
            {
                CollectFinished();
                return true;
            }
        }

        return false;
    }

    /// <summary>Says that the local system cannot send to a server (no route, no such family).</summary>
    /// <param name="server">The server.</param>
    public void HandleUnreachable(IPEndPoint server)
    {
        _running.Find(transaction => EndPoints.AreSame(transaction.Server, server))?.HandleUnreachable();
        CollectFinished();
    }

    /// <summary>Takes the next result, good or bad, in the order in which they came.</summary>
    /// <param name="result">The result; <see cref="StunResult.ToCandidate"/> makes a candidate of a good one.</param>
    public bool TryPollResult([NotNullWhen(true)] out StunResult? result) => _results.TryDequeue(out result);

    private void CollectFinished()
    {
        for (int i = 0; i < _running.Count;)
        {
            if (_running[i].IsFinished)
            {
                _results.Enqueue(_running[i].Result);
                _running.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }
}
