namespace Ants.Bench.Micro.Benchmarks;

/// <summary>The yardsticks at the end of the run: if they differ from those at its start, the machine was not quiet.</summary>
public class YardsticksAfter : Yardsticks;
