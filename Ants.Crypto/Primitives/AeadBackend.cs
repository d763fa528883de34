namespace Ants.Crypto.Primitives;

/// <summary>Whose code runs a cipher. Both give the same bytes; tests run both.</summary>
internal enum AeadBackend
{
    /// <summary>The platform's where it has the cipher, managed otherwise.</summary>
    Best,

    /// <summary>The platform's (OpenSSL, CNG, CryptoKit) through the BCL.</summary>
    Platform,

    /// <summary>BouncyCastle's: slower, present everywhere.</summary>
    Managed,
}
