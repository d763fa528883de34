namespace Ants.Crypto.Noise;

/// <summary>The handshake patterns of Noise revision 34: a name, and the messages with '/' between them.</summary>
internal static class PatternTable
{
    public const string Text = """
        N:    e es
        K:    e es ss
        X:    e es s ss

        NN:   e       / e ee
        NK:   e es    / e ee
        NX:   e       / e ee s es
        KN:   e       / e ee se
        KK:   e es ss / e ee se
        KX:   e       / e ee se s es
        XN:   e       / e ee            / s se
        XK:   e es    / e ee            / s se
        XX:   e       / e ee s es       / s se
        IN:   e s     / e ee se
        IK:   e es s ss / e ee se
        IX:   e s     / e ee se s es

        NK1:  e       / e ee es
        NX1:  e       / e ee s          / es
        X1N:  e       / e ee            / s             / se
        X1K:  e es    / e ee            / s             / se
        XK1:  e       / e ee es         / s se
        X1K1: e       / e ee es         / s             / se
        X1X:  e       / e ee s es       / s             / se
        XX1:  e       / e ee s          / es s se
        X1X1: e       / e ee s          / es s          / se
        K1N:  e       / e ee            / se
        K1K:  e es    / e ee            / se
        KK1:  e       / e ee se es
        K1K1: e       / e ee es         / se
        K1X:  e       / e ee s es       / se
        KX1:  e       / e ee se s       / es
        K1X1: e       / e ee s          / se es
        I1N:  e s     / e ee            / se
        I1K:  e es s  / e ee            / se
        IK1:  e s     / e ee se es
        I1K1: e s     / e ee es         / se
        I1X:  e s     / e ee s es       / se
        IX1:  e s     / e ee se s       / es
        I1X1: e s     / e ee s          / se es
        """;
}
