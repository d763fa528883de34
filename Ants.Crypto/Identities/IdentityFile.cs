using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Identities;

/// <summary>
/// The bytes of an identity file: the base64 of a body between the lines of RFC 7468 with the label ANTS IDENTITY.
/// <code>
///   +-----------+----------+----------------+
///   | version 1 | form (1) | AgentId (32)   |                                              34 bytes
///   +-----------+----------+----------------+
///   form 0, plain:  | seed (32) |
///   form 1, sealed: | memory KiB (4, BE) | passes (4, BE) | lanes (1) | salt (16) | sealed seed (32 + tag 16) |
/// </code>
/// The sealed seed is ChaCha20-Poly1305 under the Argon2id of the passphrase's UTF-8 bytes, with a zero nonce (the salt
/// makes each key new) and everything before it as associated data.
/// </summary>
internal static class IdentityFile
{
    /// <summary>The longest file that is looked at: ours take under 400 bytes; this leaves room for remarks around the lines.</summary>
    public const int MaxFileSize = 16 * 1024;

    private const string Label = "ANTS IDENTITY";
    private const byte Version = 1;
    private const byte Plain = 0;
    private const byte Sealed = 1;
    private const int HeaderSize = 2 + AgentId.Size;
    private const int CostSize = 9;
    private const int SaltSize = 16;
    private const int SealedHeaderSize = HeaderSize + CostSize + SaltSize;

    public static byte[] Write(AgentId id, ReadOnlySpan<byte> seed, string? passphrase, Argon2Cost cost)
    {
        if (passphrase is { Length: 0 })
        {
            throw new ArgumentException("An empty passphrase protects nothing; give none to write a plain file.", nameof(passphrase));
        }

        byte[] body = GC.AllocateArray<byte>(
            passphrase is null ? HeaderSize + seed.Length : SealedHeaderSize + seed.Length + Aead.TagSize, pinned: true);
        body[0] = Version;
        body[1] = passphrase is null ? Plain : Sealed;
        id.CopyTo(body.AsSpan(2));
        if (passphrase is null)
        {
            seed.CopyTo(body.AsSpan(HeaderSize));
        }
        else
        {
            Seal(body, seed, passphrase, cost);
        }

        char[] text = PemEncoding.Write(Label, body);
        byte[] file = new byte[text.Length + 1];
        Encoding.ASCII.GetBytes(text, file);
        file[^1] = (byte)'\n';
        CryptographicOperations.ZeroMemory(body);
        text.AsSpan().Clear();
        return file;
    }

    /// <summary>Fills the seed, and returns the id that the file names; the caller checks that they belong together.</summary>
    public static AgentId Read(ReadOnlySpan<byte> file, string? passphrase, Span<byte> seed)
    {
        byte[] body = Decode(file);
        try
        {
            if (body.Length == 0 || body[0] != Version)
            {
                throw body.Length == 0
                    ? Malformed("it is empty")
                    : new IdentityFormatException(
                        IdentityFileFault.UnknownVersion,
                        $"The identity file has version {body[0]}; this library reads version {Version}.");
            }

            if (body.Length < HeaderSize || !AgentId.TryFromBytes(body.AsSpan(2, AgentId.Size), out AgentId id))
            {
                throw Malformed("it names no agent");
            }

            ReadSeed(body, passphrase, seed);
            return id;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private static void ReadSeed(ReadOnlySpan<byte> body, string? passphrase, Span<byte> seed)
    {
        switch (body[1])
        {
            case Plain when body.Length == HeaderSize + seed.Length:
                body[HeaderSize..].CopyTo(seed);
                return;
            case Sealed when body.Length == SealedHeaderSize + seed.Length + Aead.TagSize:
                Open(body, passphrase, seed);
                return;
            case Plain or Sealed:
                throw Malformed("its length is wrong");
            default:
                throw new IdentityFormatException(
                    IdentityFileFault.UnknownVersion, $"The identity file is protected in a way (form {body[1]}) that this library does not know.");
        }
    }

    private static void Seal(Span<byte> body, ReadOnlySpan<byte> seed, string passphrase, Argon2Cost cost)
    {
        BinaryPrimitives.WriteInt32BigEndian(body[HeaderSize..], cost.MemoryKiB);
        BinaryPrimitives.WriteInt32BigEndian(body[(HeaderSize + 4)..], cost.Passes);
        body[HeaderSize + 8] = (byte)cost.Lanes;
        RandomNumberGenerator.Fill(body.Slice(HeaderSize + CostSize, SaltSize));
        using Aead aead = DeriveAead(body[..SealedHeaderSize], passphrase, cost);
        aead.Seal(stackalloc byte[Aead.NonceSize], body[..SealedHeaderSize], seed, body[SealedHeaderSize..]);
    }

    private static void Open(ReadOnlySpan<byte> body, string? passphrase, Span<byte> seed)
    {
        Argon2Cost cost = new(
            BinaryPrimitives.ReadInt32BigEndian(body[HeaderSize..]),
            BinaryPrimitives.ReadInt32BigEndian(body[(HeaderSize + 4)..]),
            body[HeaderSize + 8]);
        if (!cost.IsAcceptable)
        {
            throw new IdentityFormatException(
                IdentityFileFault.UnacceptableCost,
                $"The identity file asks for {cost.MemoryKiB} KiB, {cost.Passes} passes and {cost.Lanes} lanes of Argon2id; accepted are "
                + $"{Argon2Cost.Least.MemoryKiB} to {Argon2Cost.Most.MemoryKiB} KiB, {Argon2Cost.Least.Passes} to {Argon2Cost.Most.Passes} "
                + $"passes and {Argon2Cost.Least.Lanes} to {Argon2Cost.Most.Lanes} lanes.");
        }

        if (string.IsNullOrEmpty(passphrase))
        {
            throw new IdentityFormatException(
                IdentityFileFault.PassphraseNeeded, "The identity file is sealed with a passphrase, and none was given.");
        }

        using Aead aead = DeriveAead(body[..SealedHeaderSize], passphrase, cost);
        if (!aead.TryOpen(stackalloc byte[Aead.NonceSize], body[..SealedHeaderSize], body[SealedHeaderSize..], seed))
        {
            throw new IdentityFormatException(
                IdentityFileFault.WrongPassphrase, "The passphrase does not open the identity file.");
        }
    }

    private static Aead DeriveAead(ReadOnlySpan<byte> header, string passphrase, Argon2Cost cost)
    {
        byte[] secret = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(passphrase), pinned: true);
        byte[] key = GC.AllocateArray<byte>(Aead.KeySize, pinned: true);
        try
        {
            Encoding.UTF8.GetBytes(passphrase, secret);
            cost.DeriveKey(secret, header.Slice(HeaderSize + CostSize, SaltSize), key);
            return Aead.Create(CipherSuite.ChaCha20Poly1305, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Decode(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxFileSize)
        {
            throw Malformed($"it is larger than {MaxFileSize} bytes");
        }

        char[] text = GC.AllocateArray<char>(file.Length, pinned: true);
        Encoding.Latin1.GetChars(file, text);
        try
        {
            if (!PemEncoding.TryFind(text, out PemFields fields) || !text.AsSpan()[fields.Label].SequenceEqual(Label))
            {
                throw Malformed($"it has no text between -----BEGIN {Label}----- and -----END {Label}-----");
            }

            // The text was checked to be base64 of this length.
            byte[] body = GC.AllocateArray<byte>(fields.DecodedDataLength, pinned: true);
            Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], body, out _);
            return body;
        }
        finally
        {
            text.AsSpan().Clear();
        }
    }

    private static IdentityFormatException Malformed(string reason) =>
        new(IdentityFileFault.Malformed, $"This is not an ANTS identity file: {reason}.");
}
