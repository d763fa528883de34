namespace Ants.Bench.Micro.Comparing;

/// <summary>The figures of one run and the yardsticks that were measured beside them.</summary>
/// <param name="Figures">By name, in the order of the run.</param>
/// <param name="Cipher">The yardstick of ciphers, in ns.</param>
/// <param name="Code">The yardstick of everything else, in ns.</param>
internal sealed record FigureSet(IReadOnlyDictionary<string, Figure> Figures, double Cipher, double Code)
{
    public double YardstickOf(Figure figure) => figure.IsCipher ? Cipher : Code;
}
