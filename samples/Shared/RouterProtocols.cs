using Ants.Nat;

namespace Ants.Samples;

/// <summary>Reads by which protocols routers are asked for mappings.</summary>
internal static class RouterProtocols
{
    public static bool TryParse(string text, out PortMappingProtocols? protocols, out string? problem)
    {
        protocols = text switch
        {
            "all" => PortMappingProtocols.All,
            "none" => PortMappingProtocols.None,
            "pcp" => PortMappingProtocols.Pcp,
            "nat-pmp" => PortMappingProtocols.NatPmp,
            "upnp" => PortMappingProtocols.Upnp,
            _ => null,
        };
        problem = protocols is null ? $"--port-mapping '{text}' is not known: all, none, pcp, nat-pmp, upnp are accepted." : null;
        return protocols is not null;
    }
}
