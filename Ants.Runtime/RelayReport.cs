using System.Net;

namespace Ants;

/// <summary>How an agent reaches one of its relays. Immutable; about one moment.</summary>
/// <param name="Address">The relay.</param>
/// <param name="IsHeld">Whether the agent is registered there.</param>
/// <param name="EndPoint">Where the relay answers; null when it has not.</param>
/// <param name="OverWebSocket">Whether it is reached by a WebSocket over HTTPS, because UDP does not pass.</param>
/// <param name="RoundTrip">The least round-trip time of the path in use, which says how far the relay is; null before one was measured.</param>
/// <param name="Mtu">
/// The largest IP packet, headers included, in bytes, that is known to pass to the relay; null over a WebSocket. It is the path's MTU once it was
/// searched for (<see cref="AntsAgent.DiagnoseAsync"/>, or a transfer), and less before.
/// </param>
/// <param name="Problem">Why it is not held; null when it is, or was not tried yet.</param>
public sealed record RelayReport(
    RelayAddress Address, bool IsHeld, IPEndPoint? EndPoint, bool OverWebSocket, TimeSpan? RoundTrip, int? Mtu, string? Problem);
