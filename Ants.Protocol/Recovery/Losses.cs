namespace Ants.Protocol.Recovery;

/// <summary>Packets held lost at one time.</summary>
/// <param name="Packets">How many.</param>
/// <param name="CongestionBytes">The bytes of those whose loss is a sign of congestion.</param>
/// <param name="LatestSentAt">When the latest of those was sent; null when there are none.</param>
/// <param name="Persistent">Whether they complete persistent congestion.</param>
internal readonly record struct Losses(int Packets, int CongestionBytes, Instant? LatestSentAt, bool Persistent);
