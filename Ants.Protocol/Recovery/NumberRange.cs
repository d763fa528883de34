namespace Ants.Protocol.Recovery;

/// <summary>The numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest; never below <paramref name="First"/>.</param>
internal readonly record struct NumberRange(ulong First, ulong Last)
{
    /// <summary>How many numbers it holds. Numbers end at 2^62 - 1 on the wire, so this cannot overflow.</summary>
    public ulong Length => Last - First + 1;
}
