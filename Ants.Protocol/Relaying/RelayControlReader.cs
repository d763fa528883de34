using System.Buffers;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// Reads the stream on which the other end of a relay session tells its news. Any other stream of that end is refused, and so is
/// one that is not of <see cref="RelayControlMessage.Protocol"/>.
/// </summary>
internal sealed class RelayControlReader(Session session)
{
    // News are short and rare; who sends more than this without a whole message is broken.
    private const int MaxBuffered = RelayControlMessage.MaxBody + 1024;

    private readonly ArrayBufferWriter<byte> _received = new();
    private ulong? _stream;
    private int _consumed, _parsed;
    private bool _hasHeader, _isBroken;

    private ReadOnlySequence<byte> Rest => new(_received.WrittenMemory[_parsed..]);

    /// <summary>Something happened to a stream of the other end.</summary>
    public void OnEvent(Instant now, in StreamEvent e, Action<RelayControlMessage> handle)
    {
        if (e.Kind == StreamEventKind.Opened && _stream is null)
        {
            _stream = e.Id;
            session.Streams.Attach(e.Id, _received);
        }
        else if (e.Kind == StreamEventKind.Opened)
        {
            Refuse(e.Id);
        }
        else if (e.Id == _stream && !_isBroken && e.Kind is StreamEventKind.Readable or StreamEventKind.Finished)
        {
            Read(now, handle);
        }
    }

    private void Read(Instant now, Action<RelayControlMessage> handle)
    {
        session.Streams.Consumed(_stream!.Value, _received.WrittenCount - _consumed, now, session.RoundTrip);
        _consumed = _received.WrittenCount;
        ReadStatus status = _hasHeader ? ReadStatus.Complete : ReadHeader();
        while (status == ReadStatus.Complete)
        {
            status = RelayControlMessage.Read(Rest, out RelayControlMessage message, out long length);
            if (status == ReadStatus.Complete)
            {
                _parsed += (int)length;
                handle(message);
            }
        }

        if (status == ReadStatus.Malformed || _received.WrittenCount - _parsed > MaxBuffered)
        {
            _isBroken = true;
            _received.ResetWrittenCount();
            Refuse(_stream.Value);
        }
        else
        {
            Compact();
        }
    }

    private ReadStatus ReadHeader()
    {
        ReadStatus status = StreamHeader.Read(Rest, out string? protocol, out int header);
        if (status != ReadStatus.Complete)
        {
            return status;
        }

        _parsed += header;
        _hasHeader = protocol == RelayControlMessage.Protocol;
        return _hasHeader ? ReadStatus.Complete : ReadStatus.Malformed;
    }

    /// <summary>Lets go of what was parsed.</summary>
    private void Compact()
    {
        byte[] rest = Rest.ToArray();
        _received.ResetWrittenCount();
        _received.Write(rest);
        _consumed = rest.Length;
        _parsed = 0;
    }

    private void Refuse(ulong id)
    {
        session.Streams.StopSending(id, (ulong)SessionErrorCode.Refused);
        session.Streams.Reset(id, (ulong)SessionErrorCode.Refused);
    }
}
