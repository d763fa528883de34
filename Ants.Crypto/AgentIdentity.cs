using System.Security.Cryptography;
using Ants.Crypto.Identities;
using Ants.Crypto.Primitives;

namespace Ants;

/// <summary>
/// An agent's private key: what makes it that agent. The secret bytes stand in memory that the collector does not move,
/// and are zeroed by <see cref="Dispose"/>. Safe for concurrent use until then.
/// </summary>
public sealed class AgentIdentity : IDisposable
{
    /// <summary>The size of the seed from which an identity follows, in bytes.</summary>
    public const int SeedSize = Ed25519Keys.SeedSize;

    private readonly byte[] _seed = GC.AllocateArray<byte>(SeedSize, pinned: true);
    private readonly byte[] _x25519Secret = GC.AllocateArray<byte>(X25519Keys.Size, pinned: true);
    private readonly byte[] _x25519Public = new byte[X25519Keys.Size];
    private readonly byte[] _publicKey = new byte[AgentId.Size];
    private bool _disposed;

    private AgentIdentity(ReadOnlySpan<byte> seed)
    {
        seed.CopyTo(_seed);
        Ed25519Keys.DerivePublicKey(_seed, _publicKey);
        Ed25519Keys.ToX25519Secret(_seed, _x25519Secret);
        Ed25519Keys.ToX25519Public(_publicKey, _x25519Public);
        Id = AgentId.TryFromBytes(_publicKey, out AgentId id)
            ? id
            : throw new CryptographicException("A seed gave a public key that is not one.");
    }

    /// <summary>The public name of this identity.</summary>
    public AgentId Id { get; }

    /// <summary>The clamped X25519 scalar of the same key, for handshakes.</summary>
    internal ReadOnlySpan<byte> X25519Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _x25519Secret;
        }
    }

    /// <summary>The Montgomery form of <see cref="Id"/>, the public half of <see cref="X25519Secret"/>.</summary>
    internal ReadOnlySpan<byte> X25519Public => _x25519Public;

    /// <summary>A new identity from the system's randomness.</summary>
    public static AgentIdentity Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        RandomNumberGenerator.Fill(seed);
        AgentIdentity identity = new(seed);
        CryptographicOperations.ZeroMemory(seed);
        return identity;
    }

    /// <summary>The identity of a seed, the 32-byte private key of RFC 8032. The seed stays the caller's to zero.</summary>
    /// <exception cref="ArgumentException">The seed does not hold 32 bytes.</exception>
    public static AgentIdentity FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new AgentIdentity(seed)
        : throw new ArgumentException($"A seed holds {SeedSize} bytes, not {seed.Length}.", nameof(seed));

    /// <summary>
    /// Reads the bytes of an identity file that <see cref="Export"/> wrote. Deriving the key of a sealed one takes about
    /// a second and 64 MiB, by design.
    /// </summary>
    /// <exception cref="IdentityFormatException">The file is malformed, or the passphrase is missing or wrong.</exception>
    public static AgentIdentity Import(ReadOnlySpan<byte> file, string? passphrase = null)
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            AgentId named = IdentityFile.Read(file, passphrase, seed);
            AgentIdentity identity = new(seed);
            if (identity.Id == named)
            {
                return identity;
            }

            identity.Dispose();
            throw new IdentityFormatException(
                IdentityFileFault.Malformed, "The identity file is damaged: its private key is not that of the agent it names.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>
    /// The bytes of an identity file: text between BEGIN and END lines, drawn above <c>IdentityFile</c>. With a passphrase
    /// the key is sealed by Argon2id and ChaCha20-Poly1305; without one it is plain, and the file's permissions are all
    /// that protects it.
    /// </summary>
    /// <exception cref="ArgumentException">The passphrase is empty.</exception>
    public byte[] Export(string? passphrase = null) => Export(passphrase, Argon2Cost.Default);

    /// <summary>Signs a message (Ed25519, RFC 8032): 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] signature = new byte[Ed25519Keys.SignatureSize];
        Ed25519Keys.Sign(_seed, _publicKey, message, signature);
        return signature;
    }

    /// <summary>Zeroes the private key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_x25519Secret);
    }

    /// <summary>The id, never the key.</summary>
    public override string ToString() => Id.ToString();

    /// <summary>32 bytes that only this identity can derive, the same each time, for the purpose that the label names.</summary>
    internal byte[] DeriveSecret(ReadOnlySpan<byte> label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _seed, SeedSize, salt: null, info: label.ToArray());
    }

    internal byte[] Export(string? passphrase, Argon2Cost cost)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return IdentityFile.Write(Id, _seed, passphrase, cost);
    }
}
