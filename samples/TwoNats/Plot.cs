namespace Ants.Samples.TwoNats;

/// <summary>Which phases a story has beside those that every story has.</summary>
/// <param name="KillRelay">The relay that carries the session is killed, and started again.</param>
internal sealed record Plot(bool KillRelay = false);
