namespace Ants.Bench.Micro.Benchmarks;

/// <summary>The yardsticks at the start of the run.</summary>
public class YardsticksBefore : Yardsticks;
