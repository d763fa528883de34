using System.CommandLine;
using System.Net;
using Ants.Nat;

namespace Ants.Samples;

/// <summary>The options of a command line that tell an agent of the network that it is in.</summary>
internal sealed class NetworkArguments
{
    /// <summary>The UDP port.</summary>
    public Option<int> Port { get; } = new("--port")
    {
        Description = "The UDP port to use, 0 (the default) for any free one.",
        HelpName = "N",
        CustomParser = Argument.One<int>(PortNumber.TryParse),
    };

    /// <summary>The HTTP proxy on the way to relays.</summary>
    public Option<IWebProxy?> Proxy { get; } = new("--proxy")
    {
        Description = "The HTTP proxy to reach relays through where UDP does not: http://[USER:PASSWORD@]HOST[:PORT]. "
            + "Default: what the system says (HTTPS_PROXY, NO_PROXY).",
        HelpName = "URL",
        CustomParser = Argument.One<IWebProxy>(ProxyAddress.TryParse),
    };

    /// <summary>How routers are asked for mappings.</summary>
    public Option<PortMappingProtocols?> PortMapping { get; } = new("--port-mapping")
    {
        Description = "How routers are asked to let peers in: all (the default), none, or one of pcp, nat-pmp, upnp.",
        HelpName = "PROTOCOL",
        CustomParser = Argument.One<PortMappingProtocols?>(RouterProtocols.TryParse),
    };

    /// <summary>Where a port is forwarded to this machine.</summary>
    public Option<IPEndPoint[]> Advertise { get; } = new("--advertise")
    {
        Description = "An address at which peers reach --port from outside, such as a forwarded port's. Repeatable.",
        HelpName = "IP:PORT",
        CustomParser = Argument.Each<IPEndPoint>(HostAndPort.Reader("--advertise")),
    };
}
