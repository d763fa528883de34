using Ants.Nat;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>Shows a session and its paths, and why it is relayed if that lasts.</summary>
internal sealed class PathReport
{
    // What opens a direct path has opened it by then; who still waits wants to know why.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly AntsSession _session;
    private readonly IChatOutput _output;
    private readonly TimeProvider _time;

    private PathReport(AntsSession session, IChatOutput output, TimeProvider time) => (_session, _output, _time) = (session, output, time);

    /// <summary>
    /// Shows the session and its first path, so that both precede every line; the task that is returned inside shows the
    /// later ones and ends with the session.
    /// </summary>
    public static async Task<Task> StartAsync(AntsSession session, IChatOutput output, TimeProvider time)
    {
        output.Session(session.PeerId);
        IAsyncEnumerator<PathChange> changes = session.PathChanges(CancellationToken.None).GetAsyncEnumerator();
        if (await changes.MoveNextAsync())
        {
            output.Path(changes.Current);
        }

        return new PathReport(session, output, time).ShowLaterAsync(changes);
    }

    private async Task ShowLaterAsync(IAsyncEnumerator<PathChange> changes)
    {
        await using (changes)
        {
            for (bool more = true; more;)
            {
                using CancellationTokenSource changed = new();
                Task explaining = ExplainAsync(changed.Token);
                more = await changes.MoveNextAsync();
                await changed.CancelAsync();
                await explaining;
                if (more)
                {
                    _output.Path(changes.Current);
                }
            }
        }
    }

    /// <summary>Says why, and says it again when there is another reason: what a NAT does is found out some seconds after the start.</summary>
    private async Task ExplainAsync(CancellationToken changed)
    {
        try
        {
            for (RelayedReason told = RelayedReason.Trying; true;)
            {
                await Task.Delay(s_patience, _time, changed);
                TraversalReport report = await _session.GetTraversalReportAsync(changed);
                if (report.Reason is not (RelayedReason.None or RelayedReason.Trying) && report.Reason != told)
                {
                    _output.Relayed(report.Explanation);
                    told = report.Reason;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session goes by another path, or is over.
        }
        catch (AntsException)
        {
            // The agent stops.
        }
    }
}
