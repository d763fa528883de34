using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Observing;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Ants.Observing;

/// <summary>All traces of one agent. On the driver, unless a member says otherwise.</summary>
internal sealed partial class QlogTraces(QlogOptions options, AgentId local, AntsNetwork network, EndpointDriver driver, ILogger logger)
{
    // Half a megabyte of the last traces is on a disk within a fraction of this, or it hangs, and the agent's stop must not.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly List<TraceSink> _open = [];
    private int _begun;
    private int _isWarned;

    public Instant Now => driver.Now;

    public IPEndPoint Local => driver.LocalEndPoint;

    /// <summary>The observer of a session that begins.</summary>
    public ISessionObserver Observe(Session session) => new QlogTrace(this, session);

    /// <summary>The log of a session's trace, with its header; null when as many sessions were traced as may be.</summary>
    public QlogLog? Begin(Session session)
    {
        if (_begun >= options.MaxSessions)
        {
            return null;
        }

        if (++_begun == options.MaxSessions)
        {
            LogLast(options.MaxSessions);
        }

        QlogSession subject = new(local, session.Peer, session.Options == Agents.SessionProfiles.Link, session.Keys?.IsInitiator ?? true, network.Time.GetUtcNow());
        TraceSink sink = new(() => options.Open(subject), network.Scheduler, Warn);
        _open.RemoveAll(earlier => earlier.Finished.IsCompleted);
        _open.Add(sink);
        QlogLog log = new(sink, options.MaxBytes, Now);
        QlogHeader.Write(log, subject, session.Keys);
        return log;
    }

    /// <summary>Has all that waits written and closed, within a short time. After the driver has ended.</summary>
    public async Task FinishAllAsync()
    {
        _open.ForEach(sink => sink.Complete());
        try
        {
            await FinishedAsync().WaitAsync(s_patience, network.Time);
        }
        catch (TimeoutException e)
        {
            Warn(e);
        }
    }

    // One after the other: to wait for all at once would leave a simulated world's thread.
    private async Task FinishedAsync()
    {
        foreach (TraceSink sink in _open)
        {
            await sink.Finished;
        }
    }

    /// <summary>By anybody, once: what has happened to one trace will happen to all.</summary>
    private void Warn(Exception problem)
    {
        if (Interlocked.Exchange(ref _isWarned, 1) == 0)
        {
            LogFailed(problem.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A trace of a session (qlog) cannot be written and ends; sessions go on: {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sessions} sessions are traced (qlog), which is the most; later ones are not")]
    private partial void LogLast(int sessions);
}
