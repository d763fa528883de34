namespace Ants.Samples.TwoNats.Matrix;

/// <summary>Shows the matrix while it is measured.</summary>
internal interface IMatrixDisplay
{
    /// <summary>Measures, and shows it until it ends.</summary>
    /// <param name="pairs">All pairs.</param>
    /// <param name="measure">Measures; tells of each pair as it is done.</param>
    Task<IReadOnlyList<MatrixCell>> ShowAsync(IReadOnlyList<MatrixPair> pairs, Func<Action<MatrixCell>, Task<IReadOnlyList<MatrixCell>>> measure);
}
