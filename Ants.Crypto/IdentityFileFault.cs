namespace Ants;

/// <summary>Why an identity file could not be read.</summary>
public enum IdentityFileFault
{
    /// <summary>It is no identity file, or a damaged one.</summary>
    Malformed,

    /// <summary>A newer version of this library wrote it.</summary>
    UnknownVersion,

    /// <summary>It is sealed, and no passphrase was given.</summary>
    PassphraseNeeded,

    /// <summary>The passphrase is not the one it was sealed with (or the sealed part is damaged: the two look alike).</summary>
    WrongPassphrase,

    /// <summary>It asks for a passphrase derivation outside what is accepted: too weak to be meant, or too costly to be honest.</summary>
    UnacceptableCost,
}
