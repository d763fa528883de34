namespace Ants.Protocol;

/// <summary>Something that may be due at a time; it is in at most one <see cref="DeadlineHeap{T}"/>, and knows its place there.</summary>
internal abstract class Deadline
{
    /// <summary>When it is due; <see cref="Instant.Never"/> while it is in no heap.</summary>
    public Instant At { get; internal set; } = Instant.Never;

    /// <summary>Its place in the heap's array; -1 while it is in none.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Of those with one time the first that was set goes first.</summary>
    internal long Order { get; set; }
}
