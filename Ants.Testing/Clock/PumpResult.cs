namespace Ants.Testing.Clock;

/// <summary>Why a run of the world ended.</summary>
internal enum PumpResult
{
    /// <summary>What was waited for has happened.</summary>
    Done,

    /// <summary>Virtual time has reached its limit.</summary>
    LimitReached,

    /// <summary>Nothing is left to do, now or later.</summary>
    Stalled,
}
