using System.Net;

namespace Ants;

/// <summary>The path that a session has chosen. The session, its streams and their bytes are the same before and after.</summary>
/// <param name="Kind">Relayed or direct.</param>
/// <param name="Remote">Where packets are sent: the peer's own address, or the relay's when the path is relayed.</param>
/// <param name="RoundTrip">The path's smoothed round-trip time at the moment of the change; zero when none has been measured.</param>
public sealed record PathChange(PathKind Kind, IPEndPoint Remote, TimeSpan RoundTrip)
{
    /// <summary>For people: <c>relayed 203.0.113.1:443</c>, <c>direct 198.51.100.7:41641</c>.</summary>
    public override string ToString() => Kind == PathKind.Direct ? $"direct {Remote}" : $"relayed {Remote}";
}
