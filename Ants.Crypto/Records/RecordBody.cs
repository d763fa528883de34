using System.Buffers;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace Ants.Crypto.Records;

/// <summary>
/// The part of a record that its agent writes, in MessagePack:
/// <code>
/// [ version, sequence, issued at, expires at, [ relay ... ], [ protocol ... ], handle | nil, prekey | nil ]
/// </code>
/// Version 1 has these eight elements, no more and no fewer, and nothing behind them. Times are milliseconds since 1970.
/// </summary>
internal static class RecordBody
{
    public const int MaxRelays = 8;

    // Names to choose a peer by, not a catalogue.
    public const int MaxProtocols = 16;

    // The longest relay address; the longest name of a protocol (StreamHeader), and of a handle, are below it.
    private const int MaxText = 320;

    // An X-Wing public key (ML-KEM-768 and X25519) has 1,216 bytes; its signature and number stand beside it.
    private const int MaxPrekey = 1400;

    private const int Version = 1;
    private const int Elements = 8;

    public static byte[] Write(RecordContent content)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        writer.WriteArrayHeader(Elements);
        writer.Write(Version);
        writer.Write(content.Sequence);
        writer.Write((ulong)content.IssuedAt.TotalMilliseconds);
        writer.Write((ulong)content.ExpiresAt.TotalMilliseconds);
        WriteTexts(ref writer, content.Relays);
        WriteTexts(ref writer, content.Protocols);
        writer.Write(content.Handle);
        if (content.Prekey.IsEmpty)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(content.Prekey.Span);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a body; null and why when it is none. Whatever the bytes are, nothing is thrown.</summary>
    public static RecordContent? TryRead(ReadOnlyMemory<byte> body, out RecordFault fault)
    {
        fault = RecordFault.Malformed;
        try
        {
            MessagePackReader reader = new(body);
            int count = reader.ReadArrayHeader();
            if (reader.ReadUInt32() != Version)
            {
                fault = RecordFault.UnknownVersion;
                return null;
            }

            RecordContent? content = count == Elements ? ReadFields(ref reader) : null;
            return reader.End ? content : null;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            // That is how the reader says that bytes end early, are of another type, or hold too large a number.
            return null;
        }
    }

    private static RecordContent? ReadFields(ref MessagePackReader reader)
    {
        ulong sequence = reader.ReadUInt64();
        if (!TryReadTime(ref reader, out TimeSpan issued) || !TryReadTime(ref reader, out TimeSpan expires)
            || ReadTexts(ref reader, MaxRelays) is not { } relays || ReadTexts(ref reader, MaxProtocols) is not { } protocols)
        {
            return null;
        }

        string? handle = null;
        if (!reader.TryReadNil() && (handle = ReadText(ref reader)) is null)
        {
            return null;
        }

        byte[] prekey = reader.ReadBytes()?.ToArray() ?? [];
        return prekey.Length > MaxPrekey ? null : new RecordContent
        {
            Sequence = sequence,
            IssuedAt = issued,
            ExpiresAt = expires,
            Relays = relays,
            Protocols = protocols,
            Handle = handle,
            Prekey = prekey,
        };
    }

    private static bool TryReadTime(ref MessagePackReader reader, out TimeSpan time)
    {
        ulong milliseconds = reader.ReadUInt64();
        bool valid = milliseconds <= (ulong)TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond / 2;
        time = valid ? new TimeSpan((long)milliseconds * TimeSpan.TicksPerMillisecond) : default;
        return valid;
    }

    private static string[]? ReadTexts(ref MessagePackReader reader, int most)
    {
        int count = reader.ReadArrayHeader();
        if (count > most)
        {
            return null;
        }

        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            if (ReadText(ref reader) is not { } text)
            {
                return null;
            }

            texts[i] = text;
        }

        return texts;
    }

    /// <summary>A text that is UTF-8, not empty, not too long, and holds nothing that moves a terminal's cursor.</summary>
    private static string? ReadText(ref MessagePackReader reader)
    {
        if (reader.ReadStringSequence() is not { Length: > 0 and <= MaxText } bytes)
        {
            return null;
        }

        byte[] utf8 = bytes.ToArray();
        string? text = Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        return text is null || text.Any(char.IsControl) ? null : text;
    }

    private static void WriteTexts(ref MessagePackWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteArrayHeader(texts.Count);
        foreach (string text in texts)
        {
            writer.Write(text);
        }
    }
}
