using System.Text.Json;
using Ants.Crypto.Primitives;
using Ants.Tests.Unit.Crypto;
using NUnit.Framework;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ants.Tests.Vectors;

/// <summary>ML-KEM-768 against Project Wycheproof, through the randomness and the checks that handshakes use.</summary>
[TestFixture]
internal sealed class MlKemVectorTests
{
    [Test]
    public void Key_generation_from_a_seed_gives_the_published_encapsulation_key()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/mlkem_768_keygen_seed_test.json");
        VectorTally tally = new("wycheproof mlkem_768_keygen_seed");
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            ScriptedEntropy entropy = new(test.Hex("seed"));
            using KemKeyPair pair = MlKem768.Instance.Generate(entropy);
            tally.Check($"{test.GetProperty("tcId")}", entropy.IsUsedUp && pair.PublicKey.SequenceEqual(test.Hex("ek")));
        }

        tally.Report(expectedRun: 100);
    }

    [Test]
    public void Encapsulation_gives_the_published_ciphertext_and_refuses_unreduced_keys()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/mlkem_768_encaps_test.json");
        VectorTally tally = new("wycheproof mlkem_768_encaps");
        byte[] ciphertext = new byte[MlKem768.EncapsulationSize];
        byte[] secret = new byte[MlKem768.SharedSecretSize];
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            ScriptedEntropy entropy = new(test.Hex("m"));
            bool done = MlKem768.Instance.TryEncapsulate(entropy, test.Hex("ek"), ciphertext, secret);
            bool good = test.Text("result") == "valid"
                ? done && ciphertext.AsSpan().SequenceEqual(test.Hex("c")) && secret.AsSpan().SequenceEqual(test.Hex("K"))
                : !done;
            tally.Check($"{test.GetProperty("tcId")}", good);
        }

        tally.Report(expectedRun: 265);
    }

    [Test]
    public void Decapsulation_gives_the_published_secret_also_by_implicit_rejection()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/mlkem_768_test.json");
        VectorTally tally = new("wycheproof mlkem_768");
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            if (test.Hex("seed").Length != MlKem768.SeedSize)
            {
                tally.Skip("with a seed of another length, which cannot be asked for");
                continue;
            }

            using KemKeyPair pair = MlKem768.Instance.Generate(new ScriptedEntropy(test.Hex("seed")));
            tally.Check($"{test.GetProperty("tcId")}", Decapsulates(pair, test));
        }

        tally.Report(expectedRun: 173);
    }

    [Test]
    public void Decapsulation_with_an_expanded_key_gives_the_published_secret()
    {
        using JsonDocument file = VectorFile.Open("wycheproof/mlkem_768_semi_expanded_decaps_test.json");
        VectorTally tally = new("wycheproof mlkem_768_semi_expanded_decaps");
        foreach ((_, JsonElement test) in file.WycheproofTests())
        {
            if (test.HasFlag("IncorrectDecapsulationKeyLength") || test.HasFlag("InvalidDecapsulationKey"))
            {
                tally.Skip("of importing a bad expanded key, which is never imported");
                continue;
            }

            MLKemPrivateKeyParameters key = MLKemPrivateKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, test.Hex("dk"));
            using MlKem768.KeyPair pair = new(key);
            tally.Check($"{test.GetProperty("tcId")}", Decapsulates(pair, test));
        }

        tally.Report(expectedRun: 5);
    }

    private static bool Decapsulates(KemKeyPair pair, JsonElement test)
    {
        byte[] secret = new byte[MlKem768.SharedSecretSize];
        bool done = pair.TryDecapsulate(test.Hex("c"), secret);
        return test.Text("result") == "valid" ? done && secret.AsSpan().SequenceEqual(test.Hex("K")) : !done;
    }
}
