using System.Globalization;
using System.Security;
using System.Text;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The matrix as a picture: green is direct, grey relayed, red not as theory says; how and when stands in each field.</summary>
internal static class MatrixSvg
{
    private const int Field = 58, Height = 26, Left = 180, Top = 34, Bottom = 30;

    /// <summary>Draws it.</summary>
    public static string Draw(MatrixGrid grid)
    {
        int count = grid.Kinds.Count;
        StringBuilder svg = new();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + (count * Field) + 10}" height="{Top + (count * Height) + Bottom}" font-family="sans-serif" font-size="12">""");
        Add(svg, $"""<rect width="100%" height="100%" fill="white"/>""");
        for (int row = 0; row < count; row++)
        {
            int y = Top + (row * Height);
            Add(svg, $"""<text x="{Left + (row * Field) + (Field / 2)}" y="{Top - 10}" text-anchor="middle">{MatrixGrid.Number(row)}</text>""");
            Add(svg, $"""<text x="8" y="{y + 17}">{MatrixGrid.Number(row)} {grid.Kinds[row].ToName()}</text>""");
            for (int column = 0; column <= row; column++)
            {
                Draw(svg, grid[grid.Kinds[row], grid.Kinds[column]], Left + (column * Field), y);
            }
        }

        Add(svg, $"""<text x="8" y="{Top + (count * Height) + 20}" font-size="11" fill="#555">{Escape(MatrixGrid.Legend)}</text>""");
        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Draw(StringBuilder svg, MatrixCell? cell, int x, int y)
    {
        if (cell is null)
        {
            return;
        }

        string fill = cell switch
        {
            { Problem: not null } => "#f4a7a0",
            { Direct: > 0 } => "#b7e0b0",
            _ => "#dddddd",
        };
        Add(svg, $"""<g><title>{Escape(cell.Problem ?? MatrixLines.Line(cell))}</title><rect x="{x}" y="{y}" width="{Field - 2}" height="{Height - 2}" rx="3" fill="{fill}"/>""");
        Add(svg, $"""<text x="{x + (Field / 2) - 1}" y="{y + 16}" text-anchor="middle">{Escape(MatrixGrid.Text(cell))}</text></g>""");
    }

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static void Add(StringBuilder svg, FormattableString line) => svg.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
