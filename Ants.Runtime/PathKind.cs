namespace Ants;

/// <summary>How the packets of a session travel.</summary>
public enum PathKind
{
    /// <summary>Through a relay, which forwards sealed packets that it cannot read.</summary>
    Relayed = 0,

    /// <summary>From socket to socket, with nothing of ANTS in between.</summary>
    Direct = 1,
}
