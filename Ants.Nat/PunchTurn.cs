namespace Ants.Nat;

/// <summary>
/// Which of the two sides of a simultaneous open this is. The candidates go from one side to the other and back, so
/// one side holds both sets half a round trip before its peer does.
/// </summary>
public enum PunchTurn
{
    /// <summary>The side that learned the candidates later, from the answer: it opens at once.</summary>
    Later = 0,

    /// <summary>The side that had both sets first, and answered: it waits until its answer has arrived.</summary>
    Earlier = 1,
}
