using System.Buffers;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Agents;

/// <summary>Reads the stream on which a relay tells its news. Any other stream of a relay's is refused.</summary>
internal sealed class RelayControlReader(Session session)
{
    // News are short and rare; a relay that sends more than this without a whole message is broken.
    private const int MaxBuffered = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _received = new();
    private ulong? _stream;
    private int _consumed, _parsed;
    private bool _hasHeader;

    private ReadOnlySequence<byte> Rest => new(_received.WrittenMemory[_parsed..]);

    public void OnEvent(Instant now, in StreamEvent e, Action<RelayControlMessage> handle)
    {
        if (e.Kind == StreamEventKind.Opened && _stream is null)
        {
            _stream = e.Id;
            session.Streams.Attach(e.Id, _received);
        }
        else if (e.Kind == StreamEventKind.Opened)
        {
            session.Streams.StopSending(e.Id, StreamErrors.ProtocolNotServed);
            session.Streams.Reset(e.Id, StreamErrors.ProtocolNotServed);
        }
        else if (e.Id == _stream && e.Kind is StreamEventKind.Readable or StreamEventKind.Finished)
        {
            Read(now, handle);
        }
    }

    private void Read(Instant now, Action<RelayControlMessage> handle)
    {
        session.Streams.Consumed(_stream!.Value, _received.WrittenCount - _consumed, now, session.RoundTrip);
        _consumed = _received.WrittenCount;
        if (!_hasHeader)
        {
            _hasHeader = StreamHeader.Read(Rest, out _, out int header) == ReadStatus.Complete;
            _parsed += header;
        }

        while (_hasHeader && RelayControlMessage.Read(Rest, out RelayControlMessage message, out long length) == ReadStatus.Complete)
        {
            _parsed += (int)length;
            handle(message);
        }

        if (_parsed == _received.WrittenCount)
        {
            _received.ResetWrittenCount();
            _parsed = _consumed = 0;
        }
        else if (_received.WrittenCount > MaxBuffered)
        {
            session.Streams.StopSending(_stream.Value, StreamErrors.Aborted);
        }
    }
}
