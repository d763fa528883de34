namespace Ants.Tests.Lab.Probe;

/// <summary>The entry point of what the NAT lab's tests run in processes of their own.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [UdpProbe.Command, ..] => UdpProbe.RunAsync(),
        [LabKeeper.Command, ..] => LabKeeper.RunAsync(),
        [ForgeProbe.Command, ..] => ForgeProbe.RunAsync(),
        [SocketProbe.Command, .. var connected] => SocketProbe.RunAsync(connected),
        _ => RefuseAsync(),
    };

    private static async Task<int> RefuseAsync()
    {
        await Console.Error.WriteLineAsync($"usage: dotnet exec Ants.Tests.dll {UdpProbe.Command} | {LabKeeper.Command} | {ForgeProbe.Command} | {SocketProbe.Command} (the tests themselves: dotnet test)");
        return 2;
    }
}
