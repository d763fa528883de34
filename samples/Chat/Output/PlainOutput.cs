using System.Text;

namespace Ants.Samples.Chat.Output;

/// <summary>For people: the peer's lines on standard output and nothing else there; what happens, on standard error.</summary>
internal sealed class PlainOutput(TextWriter lines, TextWriter notes, bool linesGoToTerminal) : IChatOutput
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Ready(AgentId agent, Invite invite) => Note($"* I am {agent}. To call me: --peer '{invite}'");

    /// <inheritdoc/>
    public void Network(NatReport report) => Note($"* network: {report.Explanation}");

    /// <inheritdoc/>
    public void Session(AgentId peer) => Note($"* talking with {peer}");

    /// <inheritdoc/>
    public void Path(PathChange change) => Note($"* path: {change}");

    /// <inheritdoc/>
    public void Relayed(string why) => Note($"* {why}");

    /// <inheritdoc/>
    public void Line(long sequence, string text)
    {
        lock (_lock)
        {
            lines.WriteLine(linesGoToTerminal ? WithoutControls(text) : text);
            lines.Flush();
        }
    }

    /// <inheritdoc/>
    public void Closed(string reason) => Note($"* closed: {reason}");

    /// <inheritdoc/>
    public void NotConnected(string reason)
    {
        // The error says it.
    }

    private void Note(string text)
    {
        lock (_lock)
        {
            notes.WriteLine(WithoutControls(text));
        }
    }

    // A peer must not move the cursor, change the title or answer for the user by escape sequences.
    private static string WithoutControls(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (char c in text)
        {
            shown.Append(char.IsControl(c) && c != '\t' ? '\uFFFD' : c);
        }

        return shown.ToString();
    }
}
