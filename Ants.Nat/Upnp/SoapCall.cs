using System.Security;
using System.Text;

namespace Ants.Nat;

/// <summary>A call of an action of a UPnP service (UPnP Device Architecture 1.1, section 3.2.1).</summary>
internal sealed record SoapCall(string Service, string Action, params (string Name, string Value)[] Arguments)
{
    public string ToXml()
    {
        StringBuilder xml = new("<?xml version=\"1.0\"?>\r\n"
            + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">"
            + "<s:Body>");
        xml.Append("<u:").Append(Action).Append(" xmlns:u=\"").Append(SecurityElement.Escape(Service)).Append("\">");
        foreach ((string name, string value) in Arguments)
        {
            xml.Append('<').Append(name).Append('>').Append(SecurityElement.Escape(value)).Append("</").Append(name).Append('>');
        }

        return xml.Append("</u:").Append(Action).Append("></s:Body></s:Envelope>\r\n").ToString();
    }
}
