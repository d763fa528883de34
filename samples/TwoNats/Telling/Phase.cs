namespace Ants.Samples.TwoNats.Telling;

/// <summary>The parts of the story, in order.</summary>
internal enum Phase
{
    /// <summary>The two meet over the relay.</summary>
    Meet,

    /// <summary>Their session moves to a direct path.</summary>
    Promote,

    /// <summary>The firewall cuts that path.</summary>
    Cut,

    /// <summary>The relay that carries the session is killed.</summary>
    KillRelay,

    /// <summary>Firewalls that let no UDP out begin to.</summary>
    LetUdp,

    /// <summary>They drop UDP again.</summary>
    BlockUdp,

    /// <summary>The firewall opens again.</summary>
    Redirect,

    /// <summary>The relay to which the direct session would fall back is killed.</summary>
    KillStandby,

    /// <summary>A NAT forgets its mappings.</summary>
    Rebind,

    /// <summary>Bob moves to another network.</summary>
    Move,

    /// <summary>Every line is accounted for.</summary>
    Check,
}
