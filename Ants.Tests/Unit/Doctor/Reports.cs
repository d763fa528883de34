using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Tests.Unit.Runtime;

namespace Ants.Tests.Unit.Doctor;

/// <summary>Reports as an agent makes them.</summary>
internal static class Reports
{
    private static readonly NetworkGateway s_router = new(IPAddress.Parse("10.1.0.1"), IPAddress.Parse("10.1.0.10"), 24);

    public static NatReport PortRestricted => new()
    {
        Families =
        [
            new FamilyReport(AddressFamily.InterNetwork, [IPAddress.Parse("10.1.0.10")], [IPEndPoint.Parse("203.0.113.1:41641")], new NatBehaviour
            {
                Family = AddressFamily.InterNetwork,
                Mapping = MappingBehaviour.EndpointIndependent,
                Filtering = FilteringBehaviour.AddressAndPortDependent,
                IsFilteringExact = true,
                Allocation = PortAllocation.Preserving,
                Hairpinning = false,
                BindingLifetime = TimeSpan.FromSeconds(25),
            }),
            new FamilyReport(AddressFamily.InterNetworkV6, [], [], null),
        ],
        Udp = UdpReach.Open,
        Relays =
        [
            new RelayReport(RelayAddress.Parse($"ants://relay.example/#{RelayAddressTests.Id}"), true, IPEndPoint.Parse("198.51.100.1:443"), false,
                TimeSpan.FromMilliseconds(12.34), 1500, null),
        ],
        PortMapping = new PortMappingReport([], [new PortMappingAttempt(s_router, PortMappingProtocols.Pcp, PortMappingOutcome.NoAnswer, "")]),
        AdvertisedAddresses = [],
        Port = 41641,
        IsComplete = true,
        Explanation = "Most peers reach it.",
    };

    public static TraversalReport Relayed
    {
        get
        {
            Candidate peer = new(CandidateKind.ServerReflexive, IPEndPoint.Parse("203.0.113.9:5000")) { Mapping = MappingBehaviour.AddressAndPortDependent };
            return new TraversalReport
            {
                PeerId = AgentId.Parse(RelayAddressTests.Id),
                Path = new PathChange(PathKind.Relayed, IPEndPoint.Parse("198.51.100.1:443"), TimeSpan.FromMilliseconds(25)),
                Local = [],
                Remote = [peer],
                Outlook = new PairOutlook(PairPlan.Unforeseeable, AddressFamily.InterNetwork),
                Attempts = 4,
                Tried = [new ProbedAddress(peer, 16, false)],
                Reason = RelayedReason.Unforeseeable,
                Explanation = "Relayed because the ports cannot be foretold, which takes so many words to explain that the line has to be broken somewhere.",
            };
        }
    }
}
