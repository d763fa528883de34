using System.Diagnostics.CodeAnalysis;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Noise;

/// <summary>
/// What a protocol name stands for (Noise revision 34, section 8):
/// <c>Noise_PATTERN[modifier[+modifier...]]_25519[+kem]_cipher_hash</c>.
/// </summary>
internal sealed class NoiseProtocol
{
    private const string HybridModifier = "hfs";
    private const string PskModifier = "psk";

    private NoiseProtocol(string name, HandshakePattern pattern, Kem? kem, CipherSuite cipher, NoiseHash hash)
    {
        Name = name;
        Pattern = pattern;
        Kem = kem;
        Cipher = cipher;
        Hash = hash;
    }

    /// <summary>The whole name, which the transcript begins with.</summary>
    public string Name { get; }

    public HandshakePattern Pattern { get; }

    /// <summary>The second key exchange of an hfs pattern.</summary>
    public Kem? Kem { get; }

    public CipherSuite Cipher { get; }

    public NoiseHash Hash { get; }

    /// <summary>Reads a name; false for one that is malformed or asks for what is not here.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out NoiseProtocol? protocol)
    {
        protocol = null;
        string[] parts = name.Split('_');
        if (parts.Length != 5 || parts[0] != "Noise")
        {
            return false;
        }

        (string? curve, Kem? kem) = parts[2] switch
        {
            "25519" => ("25519", null),
            "25519+448" => ("25519", X448Kem.Instance),
            "25519+MLKEM768" => ("25519", MlKem768.Instance),
            _ => ((string?)null, (Kem?)null),
        };
        CipherSuite cipher = parts[3] switch
        {
            "ChaChaPoly" => CipherSuite.ChaCha20Poly1305,
            "AESGCM" => CipherSuite.Aes256Gcm,
            _ => CipherSuite.None,
        };
        NoiseHash? hash = parts[4] switch
        {
            "SHA256" => ShaHash.Sha256,
            "SHA512" => ShaHash.Sha512,
            "BLAKE2s" => Blake2Hash.Blake2s,
            "BLAKE2b" => Blake2Hash.Blake2b,
            _ => null,
        };
        HandshakePattern? pattern = ReadPattern(parts[1], kem);
        if (curve is null || cipher == CipherSuite.None || hash is null || pattern is null)
        {
            return false;
        }

        protocol = new NoiseProtocol(name, pattern, kem, cipher, hash);
        return true;
    }

    /// <summary>Reads a name that is known to be good.</summary>
    public static NoiseProtocol Parse(string name) =>
        TryParse(name, out NoiseProtocol? protocol) ? protocol : throw new FormatException($"'{name}' names no Noise protocol known here.");

    // Capital letters and the 1 of a deferred pattern are its name; modifiers begin with a small letter.
    private static HandshakePattern? ReadPattern(string text, Kem? kem)
    {
        int end = text.AsSpan().IndexOfAnyInRange('a', 'z');
        string[] modifiers = end < 0 ? [] : text[end..].Split('+');
        HandshakePattern? pattern = HandshakePattern.Find(end < 0 ? text : text[..end]);
        if (modifiers.Contains(HybridModifier) != kem is not null)
        {
            return null;
        }

        foreach (string modifier in modifiers)
        {
            pattern = Modify(pattern, modifier, kem);
        }

        return pattern;
    }

    private static HandshakePattern? Modify(HandshakePattern? pattern, string modifier, Kem? kem)
    {
        if (modifier == HybridModifier)
        {
            return kem is X448Kem ? pattern?.WithSecondDiffieHellman() : pattern?.WithKem();
        }

        bool psk = modifier.Length == PskModifier.Length + 1
            && modifier.StartsWith(PskModifier, StringComparison.Ordinal)
            && char.IsAsciiDigit(modifier[^1]);
        return psk ? pattern?.WithPsk(modifier[^1] - '0') : null;
    }
}
