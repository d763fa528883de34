using System.Text.Json;
using Ants.Crypto.Primitives;
using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>The curve and packet primitives against Project Wycheproof.</summary>
[TestFixture]
internal sealed class WycheproofTests
{
    [Test]
    public void X25519_agrees_with_every_vector_and_refuses_an_all_zero_secret()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/x25519_test.json");
        VectorTally tally = new("wycheproof x25519");
        byte[] shared = new byte[X25519Keys.Size];
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            bool agreed = X25519Keys.TryAgree(test.Hex("private"), test.Hex("public"), shared);
            bool expected = !test.HasFlag("ZeroSharedSecret");
            tally.Check($"{test.GetProperty("tcId")}", agreed == expected && (!agreed || shared.AsSpan().SequenceEqual(test.Hex("shared"))));
        }

        tally.Report(expectedRun: 518);
    }

    [Test]
    public void Ed25519_verifies_exactly_the_valid_signatures()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/ed25519_test.json");
        VectorTally tally = new("wycheproof ed25519");
        foreach ((JsonElement theGroup, JsonElement test) in file.WycheproofTests())
        {
            bool known = AgentId.TryFromBytes(theGroup.GetProperty("publicKey").Hex("pk"), out AgentId id);
            bool verified = known && id.Verify(test.Hex("msg"), test.Hex("sig"));
            tally.Check($"{test.GetProperty("tcId")}", verified == (test.Text("result") == "valid"));
        }

        tally.Report(expectedRun: 151);
    }

    [TestCase(AeadBackend.Platform)]
    [TestCase(AeadBackend.Managed)]
    public void ChaCha20Poly1305_seals_and_opens_every_vector_with_a_nonce_of_12_bytes(AeadBackend backend)
    {
        using JsonDocument file = VectorFile.Open("wycheproof/chacha20_poly1305_test.json");
        VectorTally tally = new($"wycheproof chacha20_poly1305 ({backend})");
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            if (test.Hex("iv").Length != Aead.NonceSize)
            {
                tally.Skip("with a nonce of another length, which cannot be asked for");
                continue;
            }

            tally.Check($"{test.GetProperty("tcId")}", Holds(test, backend));
        }

        tally.Report(expectedRun: 316);
    }

    private static bool Holds(JsonElement test, AeadBackend backend)
    {
        byte[] message = test.Hex("msg");
        byte[] expected = [.. test.Hex("ct"), .. test.Hex("tag")];
        byte[] result = new byte[message.Length + Aead.TagSize];
        byte[] opened = new byte[message.Length];
        bool valid = test.Text("result") == "valid";
        using Aead aead = Aead.Create(CipherSuite.ChaCha20Poly1305, test.Hex("key"), backend);
        aead.Seal(test.Hex("iv"), test.Hex("aad"), message, result);
        bool accepted = aead.TryOpen(test.Hex("iv"), test.Hex("aad"), expected, opened);
        return accepted == valid
            && result.AsSpan().SequenceEqual(expected) == valid
            && opened.AsSpan().SequenceEqual(valid ? message : new byte[message.Length]);
    }
}
