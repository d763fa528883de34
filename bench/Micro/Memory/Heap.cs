namespace Ants.Bench.Micro.Memory;

/// <summary>What a process holds once everything that can go is gone.</summary>
/// <param name="Managed">Bytes of managed objects that are reachable.</param>
/// <param name="Resident">Bytes of the process in memory: managed, native, code, stacks, and what the collector keeps for later.</param>
internal readonly record struct Heap(long Managed, long Resident)
{
    // A finalizer may let go of more; what is left after three rounds stays.
    private const int Rounds = 3;

    public static Heap Measure()
    {
        for (int i = 0; i < Rounds; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Heap(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }

    public static Heap operator -(Heap left, Heap right) => new(left.Managed - right.Managed, left.Resident - right.Resident);

    public Heap Per(int count) => new(Managed / count, Resident / count);
}
