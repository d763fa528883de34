using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>Two networks between which a session is to go direct, if it can.</summary>
/// <param name="A">The first in the reports' order.</param>
/// <param name="B">The other.</param>
internal sealed record MatrixPair(LabHomeKind A, LabHomeKind B)
{
    /// <summary>What theory says of it.</summary>
    public Expectation Expectation => Expectation.Of(A, B);

    /// <summary>
    /// All unordered pairs of kinds, each with itself too, in the reports' order. Those that share something are a pair by themselves.
    /// </summary>
    public static IReadOnlyList<MatrixPair> Of(IEnumerable<LabHomeKind> kinds)
    {
        LabHomeKind[] ordered = [.. LabHomeKinds.All.Intersect(kinds)];
        return
        [
            .. from a in ordered
               from b in ordered
               where Array.IndexOf(ordered, a) <= Array.IndexOf(ordered, b)
               where a == b || !(a.IsShared() || b.IsShared())
               select new MatrixPair(a, b),
        ];
    }

    /// <summary>For people.</summary>
    public override string ToString() => $"{A.ToName()} x {B.ToName()}";
}
