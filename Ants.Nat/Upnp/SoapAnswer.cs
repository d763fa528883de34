using System.Globalization;

namespace Ants.Nat;

/// <summary>What a UPnP service answers to a call: values by name, or an error's number (UPnP Device Architecture 1.1, section 3.2.2).</summary>
internal sealed class SoapAnswer
{
    /// <summary>Stands for "no answer, or none that can be read".</summary>
    public const int NoError = 0, Unreadable = -1;

    // The longest answer of the actions that are called has eight values.
    private const int MostValues = 32;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private SoapAnswer(int error) => Error = error;

    /// <summary>The error's number, <see cref="NoError"/>, or <see cref="Unreadable"/>.</summary>
    public int Error { get; private set; }

    /// <summary>A value; empty when it is not there.</summary>
    public string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>Reads an answer; one that is missing or no SOAP is <see cref="Unreadable"/>.</summary>
    public static SoapAnswer Read(HttpAnswer? http)
    {
        SoapAnswer answer = new(NoError);
        bool isEnvelope = false, isFault = false;
        bool isRead = http is not null && UpnpXml.Read(http.Body, (name, text) =>
        {
            isEnvelope |= name.Equals("Envelope", StringComparison.OrdinalIgnoreCase);
            isFault |= name.Equals("Fault", StringComparison.OrdinalIgnoreCase);
            if (answer._values.Count < MostValues)
            {
                answer._values.TryAdd(name, text);
            }
        });
        if (!isRead || !isEnvelope)
        {
            answer._values.Clear();
            answer.Error = Unreadable;
        }
        else if (isFault || http!.Status != 200)
        {
            answer.Error = int.TryParse(answer["errorCode"], NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code > 0 ? code : Unreadable;
        }

        return answer;
    }

    /// <summary>A value that is a number, or null.</summary>
    public int? Number(string name) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
