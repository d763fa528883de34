using System.Security.Cryptography;

namespace Ants.IdentityFiles;

/// <summary>The bytes of an identity file, which may hold a private key: zeroed when disposed.</summary>
/// <param name="Bytes">The whole file.</param>
/// <param name="IsOpenToOthers">Whether users other than its owner can read or change the file.</param>
internal sealed record IdentityContent(Memory<byte> Bytes, bool IsOpenToOthers) : IDisposable
{
    public void Dispose() => CryptographicOperations.ZeroMemory(Bytes.Span);
}
