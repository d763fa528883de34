namespace Ants.Samples.TwoNats.Staging;

/// <summary>Reads the note by which Chat says that its agent reaches a relay by another carrier now.</summary>
internal static class CarrierNote
{
    public const string Udp = "UDP", WebSocket = "WebSocket";

    private const string Before = "Reached by ", Between = " now: ";

    /// <summary>The relay and the carrier that <paramref name="line"/> names; false when it is another note.</summary>
    public static bool TryRead(string line, out string relay, out string carrier)
    {
        int at = line.IndexOf(Before, StringComparison.Ordinal), middle = line.IndexOf(Between, StringComparison.Ordinal);
        bool isNote = at >= 0 && middle > at;
        carrier = isNote ? line[(at + Before.Length)..middle] : "";
        relay = isNote ? line[(middle + Between.Length)..].Trim() : "";
        return isNote;
    }
}
