using System.Globalization;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The pairs as a half square: a row and a column for each network, numbered alike.</summary>
internal sealed class MatrixGrid
{
    // Wide enough for "X 12.3".
    private const int Column = 7;

    private readonly Dictionary<MatrixPair, MatrixCell> _cells;

    /// <summary>The grid of what is measured so far.</summary>
    public MatrixGrid(IEnumerable<MatrixPair> pairs, IEnumerable<MatrixCell> cells)
    {
        HashSet<LabHomeKind> kinds = [.. pairs.SelectMany(pair => new[] { pair.A, pair.B })];
        Kinds = [.. LabHomeKinds.All.Where(kinds.Contains)];
        _cells = cells.ToDictionary(cell => cell.Pair);
    }

    /// <summary>The networks, in their order.</summary>
    public IReadOnlyList<LabHomeKind> Kinds { get; }

    /// <summary>What the letters of its cells mean.</summary>
    public static string Legend =>
        "median ms from session to direct; H host address, 6 IPv6, A advertised, P PCP, N NAT-PMP, U UPnP, X peer-reflexive, R reflexive; - relayed; ! not as theory says";

    /// <summary>What was measured between a row and a column; null where nothing is.</summary>
    public MatrixCell? this[LabHomeKind row, LabHomeKind column] =>
        _cells.GetValueOrDefault(new MatrixPair(row, column)) ?? _cells.GetValueOrDefault(new MatrixPair(column, row));

    /// <summary>A cell in a few letters.</summary>
    public static string Text(MatrixCell? cell)
    {
        if (cell is null)
        {
            return "";
        }

        string text = cell.Median is { } median
            ? string.Create(CultureInfo.InvariantCulture, $"{Letter(cell.Seen.Best())} {median.TotalMilliseconds:F1}")
            : "-";
        return cell.Problem is null ? text : $"{text}!";
    }

    /// <summary>The grid as lines of text.</summary>
    public IEnumerable<string> Lines()
    {
        int label = Kinds.Max(kind => kind.ToName().Length) + 4;
        yield return new string(' ', label) + string.Concat(Kinds.Select((_, i) => Number(i).PadLeft(Column)));
        for (int row = 0; row < Kinds.Count; row++)
        {
            string name = $"{Number(row),2} {Kinds[row].ToName()}".PadRight(label);
            yield return name + string.Concat(Kinds.Take(row + 1).Select(column => Text(this[Kinds[row], column]).PadLeft(Column)));
        }
    }

    /// <summary>The number of the network at an index, from one.</summary>
    public static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    private static char Letter(Techniques technique) => technique switch
    {
        Techniques.Host => 'H',
        Techniques.IPv6 => '6',
        Techniques.Advertised => 'A',
        Techniques.Pcp => 'P',
        Techniques.NatPmp => 'N',
        Techniques.Upnp => 'U',
        Techniques.PeerReflexive => 'X',
        _ => 'R',
    };
}
