using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>Which phases a story has beside those that every story has.</summary>
/// <param name="KillRelay">The relay that carries the session is killed, and started again.</param>
/// <param name="Move">The one who called moves to another network.</param>
internal sealed record Plot(bool KillRelay = false, bool Move = false)
{
    /// <summary>What one who moves is behind afterwards: the same, but nobody has forwarded a port there.</summary>
    public static LabHomeKind AfterMove(LabHomeKind before) => before == LabHomeKind.PortForwarded ? LabHomeKind.Symmetric : before;
}
