namespace Ants.Bench.Bars;

/// <summary>What came of one stream.</summary>
/// <param name="Hash">The SHA-256 of its bytes.</param>
/// <param name="Bytes">How many there were.</param>
/// <param name="Took">From its beginning to its end.</param>
/// <param name="Gap">The longest time in which none came.</param>
internal sealed record Receipt(string Hash, long Bytes, TimeSpan Took, TimeSpan Gap);
