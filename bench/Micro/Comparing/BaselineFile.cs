using System.Globalization;

namespace Ants.Bench.Micro.Comparing;

/// <summary>
/// The baseline: the table between two markers in a Markdown file, which is what people read and what is compared with. There is no other copy of it.
/// </summary>
internal sealed class BaselineFile(string path)
{
    private const string Begin = "<!-- baseline: written by scripts/bench.sh --save -->";
    private const string End = "<!-- end of the baseline -->";
    private const string CipherRow = "yardstick: cipher", CodeRow = "yardstick: code";

    public FigureSet Read()
    {
        (_, string[] table, _) = Split();
        Dictionary<string, Figure> figures = [];
        double cipher = 0, code = 0;
        foreach (string[] cells in table.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(Cells))
        {
            if (cells.Length < 4 || !double.TryParse(cells[1], NumberStyles.Number, CultureInfo.InvariantCulture, out double time))
            {
                continue;
            }

            long bytes = long.Parse(cells[2], NumberStyles.Number, CultureInfo.InvariantCulture);
            cipher = cells[0] == CipherRow ? time : cipher;
            code = cells[0] == CodeRow ? time : code;
            figures[cells[0]] = new Figure(cells[0], time, bytes, cells[3] == "cipher");
        }

        return cipher > 0 && code > 0
            ? new FigureSet(figures, cipher, code)
            : throw new InvalidDataException($"{path} has no yardsticks between its markers; write the baseline anew by --save.");
    }

    /// <summary>Writes the table anew.</summary>
    public void Write(FigureSet set, IEnumerable<string> head)
    {
        (string[] before, _, string[] after) = Split();
        IEnumerable<string> rows = set.Figures.Values.Select(figure => Row(figure.Name, figure.Nanoseconds, figure.Bytes, figure.IsCipher ? "cipher" : "code"));
        File.WriteAllLines(path, [
            .. before, Begin, "", .. head.Select(line => "- " + line), "",
            "| benchmark | ns | bytes allocated | yardstick |", "|---|---:|---:|---|",
            Row(CipherRow, set.Cipher, 0, ""), Row(CodeRow, set.Code, 0, ""), .. rows, "", End, .. after]);
    }

    private static string Row(string name, double time, long bytes, string yardstick) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {time.ToString(time < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture)} | {bytes:#,0} | {yardstick} |");

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    private (string[] Before, string[] Table, string[] After) Split()
    {
        string[] lines = File.ReadAllLines(path);
        int begin = Array.IndexOf(lines, Begin), end = Array.IndexOf(lines, End);
        return begin >= 0 && end > begin
            ? (lines[..begin], lines[(begin + 1)..end], lines[(end + 1)..])
            : throw new InvalidDataException($"{path} has no baseline: the lines \"{Begin}\" and \"{End}\" are to be there.");
    }
}
