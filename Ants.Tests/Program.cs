using Ants.Tests.Lab.Probe;
using Ants.Tests.Simulation;
using Ants.Tests.Simulation.Goodput;

namespace Ants.Tests;

/// <summary>
/// The entry point of what is no test: what the NAT lab's tests run in processes of their own, and simulations that are longer than a suite
/// can wait for.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [UdpProbe.Command, .. var family] => UdpProbe.RunAsync(family),
        [LabKeeper.Command, ..] => LabKeeper.RunAsync(),
        [ForgeProbe.Command, ..] => ForgeProbe.RunAsync(),
        [BehaviourProbe.Command, .. var servers] => BehaviourProbe.RunAsync(servers),
        [SocketProbe.Command, .. var connected] => SocketProbe.RunAsync(connected),
        [Campaign.Command, .. var seeds] => Campaign.RunAsync(seeds),
        [GoodputBar.Command, .. var seeds] => GoodputBar.RunAsync(seeds),
        _ => RefuseAsync(),
    };

    private static async Task<int> RefuseAsync()
    {
        await Console.Error.WriteLineAsync($"usage: dotnet exec Ants.Tests.dll {UdpProbe.Command} | {LabKeeper.Command} | {ForgeProbe.Command} | {SocketProbe.Command} | {BehaviourProbe.Command} | {Campaign.Command} | {GoodputBar.Command} (the tests themselves: dotnet test)");
        return 2;
    }
}
