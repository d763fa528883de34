using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>Shows a session and its paths.</summary>
internal static class PathReport
{
    /// <summary>
    /// Shows the session and its first path, so that both precede every line; the task that is returned inside shows the
    /// later ones and ends with the session.
    /// </summary>
    public static async Task<Task> StartAsync(AntsSession session, IChatOutput output)
    {
        output.Session(session.PeerId);
        IAsyncEnumerator<PathChange> changes = session.PathChanges(CancellationToken.None).GetAsyncEnumerator();
        if (await changes.MoveNextAsync())
        {
            output.Path(changes.Current);
        }

        return ShowLaterAsync(changes, output);
    }

    private static async Task ShowLaterAsync(IAsyncEnumerator<PathChange> changes, IChatOutput output)
    {
        await using (changes)
        {
            while (await changes.MoveNextAsync())
            {
                output.Path(changes.Current);
            }
        }
    }
}
