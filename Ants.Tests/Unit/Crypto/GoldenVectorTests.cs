using System.Text.Json;
using Ants.Tests.Vectors;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class GoldenVectorTests
{
    private const string RelativePath = "docs/vectors/ikhfs-mlkem768.json";

    [Test]
    public void The_published_session_vector_is_what_the_handshake_gives()
    {
        string given = GoldenVector.ToJson(GoldenVector.Inputs, GoldenVector.Inputs.Run());
        string kept = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetFileName(RelativePath));
        File.WriteAllText(kept, given);
        Assert.That(given, Is.EqualTo(File.ReadAllText(FilePath())), $"a change here changes the protocol and needs a new label; what was given is in {kept}");
    }

    [Test]
    public void The_published_session_vector_is_what_the_independent_transcript_gives()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(FilePath()));
        JsonElement vector = file.RootElement;
        HandshakeInputs inputs = new()
        {
            InitiatorSeed = vector.Hex("initiator_seed"),
            ResponderSeed = vector.Hex("responder_seed"),
            Label = vector.Hex("label"),
            InitiatorEphemeral = vector.Hex("initiator_ephemeral"),
            KemSeed = vector.Hex("initiator_kem_seed"),
            ResponderEphemeral = vector.Hex("responder_ephemeral"),
            KemRandomness = vector.Hex("responder_kem_randomness"),
            Payload1 = vector.Hex("payload_1"),
            Payload2 = vector.Hex("payload_2"),
        };
        IndependentTranscript transcript = new(inputs);
        JsonElement packet = vector.GetProperty("packets")[0], updated = vector.GetProperty("packets_after_key_update")[0], early = vector.GetProperty("early_data");
        byte[] next = IndependentTranscript.Update(transcript.InitiatorTraffic, direction: 1);
        Assert.Multiple(() =>
        {
            Assert.That(transcript.Message1, Is.EqualTo(vector.Hex("message_1")));
            Assert.That(transcript.Message2, Is.EqualTo(vector.Hex("message_2")));
            Assert.That(transcript.HandshakeHash, Is.EqualTo(vector.Hex("handshake_hash")));
            Assert.That(Seal(transcript.InitiatorTraffic, Nonce(packet), packet), Is.EqualTo(packet.Hex("sealed")));
            Assert.That(Seal(next, Nonce(updated), updated), Is.EqualTo(updated.Hex("sealed")));
            Assert.That(Seal(transcript.EarlySecret, [0, 0, 0, 0, .. early.Hex("nonce_number")], early), Is.EqualTo(early.Hex("sealed")));
            Assert.That(early.Hex("header").Length + early.Hex("sealed").Length, Is.EqualTo(1000));
        });

        static byte[] Nonce(JsonElement packet) => [.. packet.Hex("path_id"), .. packet.Hex("packet_number")];
        static byte[] Seal(byte[] secret, byte[] nonce, JsonElement packet)
        {
            (byte[] key, byte[] iv) = IndependentTranscript.PacketKeys(secret, direction: 1, suite: 1);
            return IndependentTranscript.SealChaCha(key, iv, nonce, packet.Hex("header"), packet.Hex("plaintext"));
        }
    }

    private static string FilePath() => Path.Combine(Repository.Root, RelativePath);
}
