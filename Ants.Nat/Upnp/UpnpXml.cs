using System.Text;
using System.Xml;

namespace Ants.Nat;

/// <summary>
/// Reads a router's XML: the names and texts of its elements in their order, whatever their namespaces. No DTD is read, so no entity grows;
/// length and depth are bounded; nothing is fetched; and what is no XML ends the reading without a word.
/// </summary>
internal static class UpnpXml
{
    // Gateways nest devices three deep: ten elements. What nests deeper is made to hurt.
    private const int MostDepth = 32;

    // Addresses and names; the longest of use is an address of 512.
    private const int MostText = 1024;

    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = HttpAnswerReader.MostBytes,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = false,
    };

    /// <summary>Tells of each element as it ends: its local name, and its text if it has no elements within.</summary>
    /// <returns>Whether the document could be read to its end.</returns>
    public static bool Read(ReadOnlySpan<byte> body, Action<string, string> ended)
    {
        // What stands before and behind the document is none of XML's; what encoding it claims is wrong as often as not.
        string text = Encoding.UTF8.GetString(body);
        int begin = text.IndexOf('<', StringComparison.Ordinal), end = text.LastIndexOf('>');
        if (begin < 0 || end < begin)
        {
            return false;
        }

        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(text[begin..(end + 1)]), s_settings);
            return ReadAll(reader, ended);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool ReadAll(XmlReader reader, Action<string, string> ended)
    {
        StringBuilder content = new();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.Depth >= MostDepth:
                    return false;
                case XmlNodeType.Element:
                    content.Clear();
                    if (reader.IsEmptyElement)
                    {
                        ended(reader.LocalName, "");
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    content.Append(reader.Value.AsSpan(0, Math.Min(reader.Value.Length, MostText - Math.Min(content.Length, MostText))));
                    break;
                case XmlNodeType.EndElement:
                    ended(reader.LocalName, content.ToString().Trim());
                    content.Clear();
                    break;
            }
        }

        return true;
    }
}
