using Ants.Testing.Lab;

namespace Ants.Tests.Lab.Probe;

/// <summary>Holds a lab with a program in it until it is killed: the test looks what stays behind.</summary>
internal static class LabKeeper
{
    public const string Command = "keep-lab";

    /// <summary>What it exits with when there is no lab; the cause is on standard error.</summary>
    public const int Unavailable = 3;

    /// <summary>Prints <c>holding HOLDER-PID PROGRAM-PID</c> and waits for the end of its input.</summary>
    public static async Task<int> RunAsync()
    {
        try
        {
            await HoldAsync();
            return 0;
        }
        catch (LabUnavailableException unavailable)
        {
            await Console.Error.WriteLineAsync(unavailable.Message);
            return Unavailable;
        }
    }

    private static async Task HoldAsync()
    {
        await using NatLab lab = await NatLab.CreateAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.PortRestricted);
        LabHost host = await nat.AddHostAsync("a");
        await using LabProcess program = await host.StartAsync("sleep", ["600"]);
        await Console.Out.WriteLineAsync($"holding {lab.HolderProcessId} {program.Id}");
        await Console.In.ReadToEndAsync();
    }
}
