namespace Ants.Samples.TwoNats.Matrix;

/// <summary>A run of the matrix failed; the message says why, in one line.</summary>
internal sealed class MatrixException(string message) : Exception(message);
