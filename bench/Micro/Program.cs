using System.CommandLine;
using Ants.Bench.Micro.Comparing;
using Ants.Bench.Micro.Memory;

namespace Ants.Bench.Micro;

/// <summary>What the pieces of ANTS cost, in time and in memory.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => new RootCommand("What the pieces of ANTS cost, in time and in memory.")
    {
        BenchCommand.Create(),
        MemoryBar.Create(),
    }.Parse(args).InvokeAsync();
}
