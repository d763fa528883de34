using System.Text.Json;
using Ants.Crypto.Noise;
using Ants.Tests.Unit.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>The Noise engine against published transcripts: every message byte for byte, both ways, and transport after it.</summary>
[TestFixture]
internal sealed class NoiseVectorTests
{
    [Test]
    public void Every_25519_vector_of_cacophony_is_reproduced()
    {
        using JsonDocument file = VectorFile.Open("noise/cacophony.txt");
        VectorTally tally = new("cacophony");
        foreach (JsonElement vector in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string name = vector.Text("protocol_name");
            if (name.Split('_')[2] == "448")
            {
                tally.Skip("over 448");
                continue;
            }

            tally.Check(name, Reproduces(name, vector));
        }

        tally.Report(expectedRun: 472);
    }

    [Test]
    public void Every_hybrid_vector_is_reproduced_but_for_the_withdrawn_NoisePSK_names()
    {
        using JsonDocument file = VectorFile.Open("noise/hybrid-25519-448.json");
        VectorTally tally = new("hybrid 25519+448");
        foreach (JsonElement vector in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string name = vector.Text("name");
            if (name.StartsWith("NoisePSK_", StringComparison.Ordinal))
            {
                tally.Skip("of the NoisePSK_ form that revision 32 withdrew");
                continue;
            }

            tally.Check(name, Reproduces(name, vector));
        }

        tally.Report(expectedRun: 48);
    }

    private static bool Reproduces(string name, JsonElement vector)
    {
        NoiseProtocol protocol = NoiseProtocol.Parse(name);
        using HandshakeState initiator = Start(protocol, vector, "init", isInitiator: true);
        using HandshakeState responder = Start(protocol, vector, "resp", isInitiator: false);
        CipherState[]? transport = null;
        int turn = 0;
        foreach (JsonElement message in vector.GetProperty("messages").EnumerateArray())
        {
            byte[] payload = message.Hex("payload");
            byte[] expected = message.Hex("ciphertext");
            bool fromInitiator = protocol.Pattern.IsOneWay || turn++ % 2 == 0;
            if (!initiator.IsFinished)
            {
                HandshakeState writer = fromInitiator ? initiator : responder;
                HandshakeState reader = fromInitiator ? responder : initiator;
                if (!writer.WriteMessage(payload).AsSpan().SequenceEqual(expected)
                    || !reader.TryReadMessage(expected, out byte[]? read)
                    || !read.AsSpan().SequenceEqual(payload))
                {
                    return false;
                }

                continue;
            }

            transport ??= MakeTransport(protocol, initiator, responder);
            int pair = fromInitiator ? 0 : 2;
            if (!IsTransported(transport[pair], transport[pair + 1], payload, expected))
            {
                return false;
            }
        }

        byte[] hash = vector.Hex("handshake_hash");
        return initiator.Transcript.SequenceEqual(hash) && responder.Transcript.SequenceEqual(hash);
    }

    private static HandshakeState Start(NoiseProtocol protocol, JsonElement vector, string end, bool isInitiator)
    {
        byte[] psks = vector.TryGetProperty($"{end}_psks", out JsonElement list)
            ? [.. list.EnumerateArray().SelectMany(static psk => Convert.FromHexString(psk.GetString()!))]
            : [];
        HandshakeKeys keys = new()
        {
            LocalSecret = vector.Hex($"{end}_static"),
            RemotePublic = vector.Hex($"{end}_remote_static"),
            Psks = psks,
            Entropy = new ScriptedEntropy(vector.Hex($"{end}_ephemeral"), vector.Hex($"{end}_hybrid_ephemeral")),
        };
        return new HandshakeState(protocol, isInitiator, vector.Hex($"{end}_prologue"), keys);
    }

    // The initiator's sending and the responder's receiving state, and then the other way round.
    private static CipherState[] MakeTransport(NoiseProtocol protocol, HandshakeState initiator, HandshakeState responder)
    {
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        byte[] third = new byte[32];
        byte[] fourth = new byte[32];
        initiator.Split(first, third);
        responder.Split(second, fourth);
        return [.. new[] { first, second, fourth, third }.Select(key => new CipherState(protocol.Cipher, key))];
    }

    private static bool IsTransported(CipherState sender, CipherState receiver, byte[] payload, byte[] expected)
    {
        byte[] ciphertext = new byte[payload.Length + sender.Overhead];
        byte[] opened = new byte[payload.Length];
        sender.Encrypt([], payload, ciphertext);
        return ciphertext.AsSpan().SequenceEqual(expected)
            && receiver.TryDecrypt([], expected, opened)
            && opened.AsSpan().SequenceEqual(payload);
    }
}
