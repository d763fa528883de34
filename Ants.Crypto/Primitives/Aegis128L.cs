using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Ants.Crypto.Primitives;

/// <summary>
/// AEGIS-128L of libsodium, one native call for a packet. Its tag has 32 bytes. The ciphertext may be where the plaintext is.
/// </summary>
internal static unsafe partial class Aegis128L
{
    public const int KeySize = 16;
    public const int NonceSize = 16;
    public const int TagSize = 32;

    private const string Library = "libsodium";

    /// <summary>Whether this system has a libsodium that has it.</summary>
    public static bool IsAvailable { get; } = Load();

    /// <summary>Seals into a destination of the plaintext's length and <see cref="TagSize"/>.</summary>
    public static void Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        fixed (byte* k = key, n = nonce, a = associated, m = plaintext, c = destination)
        {
            // It fails for messages of 2^61 bytes alone.
            _ = Encrypt(c, null, m, (ulong)plaintext.Length, a, (ulong)associated.Length, null, n, k);
        }
    }

    /// <summary>Opens into a destination of the sealed length less <see cref="TagSize"/>; false when it is not authentic.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        fixed (byte* k = key, n = nonce, a = associated, c = sealedBytes, m = destination)
        {
            return Decrypt(m, null, null, c, (ulong)sealedBytes.Length, a, (ulong)associated.Length, n, k) == 0;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "However a library fails to load, another cipher takes over.")]
    private static bool Load()
    {
        try
        {
            // Chooses the code for this processor; may be called by others in the process too.
            return Initialize() >= 0 && TagBytes() == TagSize && KeyBytes() == KeySize;
        }
        catch (Exception)
        {
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "crypto_aead_aegis128l_abytes")]
    private static partial nuint TagBytes();

    [LibraryImport(Library, EntryPoint = "crypto_aead_aegis128l_keybytes")]
    private static partial nuint KeyBytes();

    // A packet takes well below a microsecond, which is what the suppressed transition asks for.
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "crypto_aead_aegis128l_encrypt")]
    private static partial int Encrypt(byte* sealedBytes, ulong* sealedLength, byte* plaintext, ulong length, byte* associated,
        ulong associatedLength, byte* unused, byte* nonce, byte* key);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "crypto_aead_aegis128l_decrypt")]
    private static partial int Decrypt(byte* plaintext, ulong* length, byte* unused, byte* sealedBytes, ulong sealedLength, byte* associated,
        ulong associatedLength, byte* nonce, byte* key);
}
