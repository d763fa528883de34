using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ants.Crypto.Identities;

/// <summary>What a passphrase derivation costs (RFC 9106): memory in KiB, passes and lanes.</summary>
internal readonly record struct Argon2Cost(int MemoryKiB, int Passes, int Lanes)
{
    /// <summary>RFC 9106 section 4, second recommendation, but for one lane, since lanes run one after the other here.</summary>
    public static Argon2Cost Default { get; } = new(64 * 1024, 3, 1);

    // Below 19 MiB and two passes (the least that OWASP recommends) a file was not written by us, and its passphrase is
    // not protected as its owner believes. Above 512 MiB or 16 passes reading it would be an attack on the reader.
    public static Argon2Cost Least { get; } = new(19 * 1024, 2, 1);

    public static Argon2Cost Most { get; } = new(512 * 1024, 16, 4);

    public bool IsAcceptable =>
        MemoryKiB >= Least.MemoryKiB && MemoryKiB <= Most.MemoryKiB
        && Passes >= Least.Passes && Passes <= Most.Passes
        && Lanes >= Least.Lanes && Lanes <= Most.Lanes;

    /// <summary>Argon2id, version 1.3.</summary>
    public void DeriveKey(byte[] passphrase, ReadOnlySpan<byte> salt, byte[] key)
    {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
            .WithVersion(Argon2Parameters.Version13)
            .WithMemoryAsKB(MemoryKiB)
            .WithIterations(Passes)
            .WithParallelism(Lanes)
            .WithSalt(salt.ToArray())
            .Build();
        Argon2BytesGenerator generator = new();
        generator.Init(parameters);
        generator.GenerateBytes(passphrase, key);
    }
}
