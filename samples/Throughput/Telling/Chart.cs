using System.Globalization;
using System.Text;

namespace Ants.Samples.Throughput.Telling;

/// <summary>The rates as a drawing: a bar for each median, a line over it from the slowest run to the fastest.</summary>
internal static class Chart
{
    // In SVG's units, which are pixels where nothing scales the drawing.
    private const int Width = 760, Left = 170, Right = 110, Top = 48, Line = 30, BarHeight = 18, Bottom = 34;

    private const string Ours = "#2f6f4f", Theirs = "#8a8f98";

    /// <summary>Draws what has a rate.</summary>
    public static string Draw(IReadOnlyList<Result> results)
    {
        Result[] rated = [.. results.Where(result => result.MegabitsPerSecond is not null)];
        double most = rated.Max(result => result.MegabitsPerSecond!.Value.Most);
        int height = Top + (rated.Length * Line) + Bottom;
        StringBuilder svg = new();
        svg.AppendLine(
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="13">""");
        svg.AppendLine($"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        svg.AppendLine("""<text x="16" y="26" font-size="15" fill="#1c1f24">Mbit/s through two NATs, both ends on one two-core machine</text>""");
        for (int i = 0; i < rated.Length; i++)
        {
            Draw(svg, rated[i], Top + (i * Line), (Width - Left - Right) / most);
        }

        svg.AppendLine(
            $"""<text x="16" y="{height - 12}" font-size="11" fill="#5b616b">Green: ANTS. Grey: yardsticks of the same run. Median, and the range of all runs.</text>""");
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void Draw(StringBuilder svg, Result result, int y, double scale)
    {
        Range rate = result.MegabitsPerSecond!.Value;
        bool isOurs = Row.Find(result.Name)?.Yardstick is null;
        int middle = y + (BarHeight / 2);
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Left - 10}" y="{middle + 5}" text-anchor="end" fill="#1c1f24">{result.Name}</text>""");
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<rect x="{Left}" y="{y}" width="{rate.Median * scale:F1}" height="{BarHeight}" fill="{(isOurs ? Ours : Theirs)}"/>""");
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<line x1="{Left + (rate.Least * scale):F1}" x2="{Left + (rate.Most * scale):F1}" y1="{middle}" y2="{middle}" stroke="#1c1f24" stroke-width="1.5"/>""");
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<text x="{Left + (rate.Most * scale) + 8:F1}" y="{middle + 5}" fill="#1c1f24">{rate.Median:N0}</text>""");
    }
}
