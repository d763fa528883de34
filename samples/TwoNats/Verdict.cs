namespace Ants.Samples.TwoNats;

/// <summary>What theory says of a pair.</summary>
internal enum Verdict
{
    /// <summary>It must go direct.</summary>
    Direct,

    /// <summary>It must stay relayed.</summary>
    Relayed,

    /// <summary>Luck, or a guess of the next port, may make it direct.</summary>
    Either,
}
