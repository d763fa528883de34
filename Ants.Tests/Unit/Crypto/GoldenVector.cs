using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ants.Crypto;

namespace Ants.Tests.Unit.Crypto;

/// <summary>
/// One session handshake with everything fixed, and one packet of each suite and direction after it, for other
/// implementations to check themselves by: docs/vectors/ikhfs-mlkem768.json.
/// </summary>
internal static class GoldenVector
{
    // docs/protocol.md section 4.11.
    private const int EarlyDatagramLength = 1000;

    // A file, not a page: '+' need not be escaped.
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Seeds and keys of counting bytes: plain to see, and no one's.</summary>
    public static HandshakeInputs Inputs { get; } = new()
    {
        InitiatorSeed = Counting(0x00, 32),
        ResponderSeed = Counting(0x20, 32),
        Label = [.. "ants session 1"u8],
        InitiatorEphemeral = Counting(0x40, 32),
        KemSeed = Counting(0x60, 64),
        ResponderEphemeral = Counting(0xa0, 32),
        KemRandomness = Counting(0xc0, 32),
        Payload1 = [.. "payload of message 1"u8],
        Payload2 = [.. "payload of message 2"u8],
    };

    public static string ToJson(HandshakeInputs inputs, HandshakeRun run)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("protocol_name", "Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256");
            writer.WriteString("note", "All values are hex. The prologue is the label and the responder's id; the initiator's id precedes its payload, encrypted.");
            WriteInputs(writer, inputs);
            WriteHex(writer, "message_1", run.Message1);
            WriteHex(writer, "message_2", run.Message2);
            WriteHex(writer, "handshake_hash", run.Initiator.HandshakeHash);
            writer.WriteStartArray("packets");
            WritePackets(writer, inputs, generation: 0);
            writer.WriteEndArray();
            writer.WriteStartArray("packets_after_key_update");
            WritePackets(writer, inputs, generation: 1);
            writer.WriteEndArray();
            WriteEarlyData(writer, inputs);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteInputs(Utf8JsonWriter writer, HandshakeInputs inputs)
    {
        using AgentIdentity initiator = AgentIdentity.FromSeed(inputs.InitiatorSeed);
        using AgentIdentity responder = AgentIdentity.FromSeed(inputs.ResponderSeed);
        WriteHex(writer, "label", inputs.Label);
        WriteHex(writer, "initiator_seed", inputs.InitiatorSeed);
        writer.WriteString("initiator_id", initiator.Id.ToString());
        WriteHex(writer, "responder_seed", inputs.ResponderSeed);
        writer.WriteString("responder_id", responder.Id.ToString());
        WriteHex(writer, "initiator_ephemeral", inputs.InitiatorEphemeral);
        WriteHex(writer, "initiator_kem_seed", inputs.KemSeed);
        WriteHex(writer, "responder_ephemeral", inputs.ResponderEphemeral);
        WriteHex(writer, "responder_kem_randomness", inputs.KemRandomness);
        WriteHex(writer, "payload_1", inputs.Payload1);
        WriteHex(writer, "payload_2", inputs.Payload2);
    }

    // A sealer is made once, so each packet has a run of its own: the same one.
    private static void WritePackets(Utf8JsonWriter writer, HandshakeInputs inputs, int generation)
    {
        foreach (CipherSuite suite in new[] { CipherSuite.ChaCha20Poly1305, CipherSuite.Aes256Gcm })
        {
            HandshakeRun run = inputs.Run();
            foreach ((SessionSecrets secrets, string from) in new[] { (run.Initiator, "initiator"), (run.Responder, "responder") })
            {
                byte[] plaintext = [.. "one packet"u8];

                // The key phase is the generation's lowest bit.
                byte[] header = [(byte)(0x40 | (generation << 5)), 1, 2, 3, 4, 5, 6, 7, 8, 9];
                byte[] packet = new byte[plaintext.Length + 16];
                using PacketKeyChain chain = secrets.CreateSealingKeys(suite);
                for (int passed = 0; passed < generation; passed++)
                {
                    chain.Next().Dispose();
                }

                using PacketCipher sealer = chain.Next();
                sealer.Seal(0x01020304, 0x05060708090a0b0c, header, plaintext, packet);
                writer.WriteStartObject();
                writer.WriteNumber("suite", (byte)suite);
                writer.WriteString("from", from);
                writer.WriteString("path_id", "01020304");
                writer.WriteString("packet_number", "05060708090a0b0c");
                WriteHex(writer, "header", header);
                WriteHex(writer, "plaintext", plaintext);
                WriteHex(writer, "sealed", packet);
                writer.WriteEndObject();
            }
        }
    }

    // One datagram that goes with message 1: the second of its exchange, with its text padded to the one length that they all have.
    private static void WriteEarlyData(Utf8JsonWriter writer, HandshakeInputs inputs)
    {
        using AgentIdentity initiator = AgentIdentity.FromSeed(inputs.InitiatorSeed), responder = AgentIdentity.FromSeed(inputs.ResponderSeed);
        using SessionInitiator handshake = new(
            initiator, responder.Id, inputs.Label, new ScriptedEntropy(inputs.InitiatorEphemeral, inputs.KemSeed));
        handshake.WriteMessage1(inputs.Payload1);
        byte[] header = [0xcc, 1, 1, 2, 3, 4, 5, 6, 7, 8, 1], plaintext = new byte[EarlyDatagramLength - header.Length - 16], sealedBytes = new byte[plaintext.Length + 16];
        "frames that go early"u8.CopyTo(plaintext);
        using PacketCipher sealer = handshake.CreateEarlySealer();
        sealer.Seal(0, header[^1], header, plaintext, sealedBytes);
        writer.WriteStartObject("early_data");
        writer.WriteString("nonce_number", "0000000000000001");
        WriteHex(writer, "header", header);
        WriteHex(writer, "plaintext", plaintext);
        WriteHex(writer, "sealed", sealedBytes);
        writer.WriteEndObject();
    }

    private static void WriteHex(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> value) =>
        writer.WriteString(name, Convert.ToHexStringLower(value));

    private static byte[] Counting(int start, int length) => [.. Enumerable.Range(start, length).Select(static i => (byte)i)];
}
