namespace Ants.Protocol;

/// <summary>
/// A point in monotonic time, in ticks of 100 ns since an arbitrary start. The core never asks for the time: every call
/// that needs it takes it as an argument, so that a test can own it.
/// </summary>
/// <param name="Ticks">Ticks of 100 ns since the start.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The start of time.</summary>
    public static readonly Instant Zero;

    /// <summary>Later than any deadline.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The earlier of two.</summary>
    public static Instant Min(Instant left, Instant right) => left.Ticks <= right.Ticks ? left : right;

    /// <summary>The later of two.</summary>
    public static Instant Max(Instant left, Instant right) => left.Ticks >= right.Ticks ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <inheritdoc/>
    public override string ToString() => $"{TimeSpan.FromTicks(Ticks).TotalMilliseconds:0.###} ms";

#pragma warning disable CS1591 // Operators say what they do.
    public static Instant operator +(Instant left, TimeSpan right) =>
        left.Ticks > long.MaxValue - right.Ticks ? Never : new(left.Ticks + right.Ticks);

    public static Instant operator -(Instant left, TimeSpan right) => new(left.Ticks - right.Ticks);

    public static TimeSpan operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;
#pragma warning restore CS1591
}
