using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>Reads the frames of an opened packet and hands each to the part that it is for.</summary>
internal sealed class FrameDispatcher(Session session, SessionOptions options, PathSet paths, StreamSet streams,
    DatagramQueue received, SendingKeys keys, AddressProber prober, PathFailover failover, PathMigration migration, FrameFates fates)
{
    private ulong _candidatesSequence;

    /// <summary>
    /// Dispatches the frames of a packet. <paramref name="probing"/> tells whether all of them only probe, so that they must not
    /// move the path (RFC 9000 section 9.1).
    /// </summary>
    public FrameFault Dispatch(Instant now, in ReceivedPacket packet, out bool ackEliciting, out bool probing)
    {
        ackEliciting = false;
        probing = true;
        if (packet.Frames.IsEmpty)
        {
            return new FrameFault(SessionErrorCode.ProtocolViolation, "a packet without a frame");
        }

        WireReader reader = new(packet.Frames);
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadVarInt(out ulong type))
            {
                return Malformed(0);
            }

            FrameType kind = (FrameType)type;
            ackEliciting |= kind is not (FrameType.Padding or FrameType.Ack or FrameType.Close);
            probing &= kind is FrameType.Padding or FrameType.PathChallenge or FrameType.PathResponse or FrameType.NewConnectionId;
            FrameFault fault = DispatchOne(now, packet, type, ref reader);
            if (!fault.IsNone)
            {
                return fault;
            }
        }

        return FrameFault.None;
    }

    /// <summary>
    /// Dispatches a packet of the probe path, which may hold one challenge, one answer and padding. Only a packet of full
    /// length is answered: the answer has that length too.
    /// </summary>
    public FrameFault DispatchProbe(Instant now, in ReceivedPacket packet)
    {
        WireReader reader = new(packet.Frames);
        bool challenged = false, answered = false;
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadVarInt(out ulong type))
            {
                return Malformed(0);
            }

            switch ((FrameType)type)
            {
                case FrameType.Padding:
                    break;
                case FrameType.PathChallenge when !challenged && reader.TryReadUInt64(out ulong token):
                    challenged = true;
                    if (packet.Size >= ProbePath.PacketLength)
                    {
                        prober.OnChallenge(packet.From, token);
                    }

                    break;
                case FrameType.PathResponse when !answered && PathResponseFrame.TryRead(ref reader, out PathResponseFrame response):
                    answered = true;
                    prober.OnResponse(now, packet.From, response.Token);
                    break;
                default:
                    return new FrameFault(SessionErrorCode.ProtocolViolation, $"frame 0x{type:x} on the probe path");
            }
        }

        return FrameFault.None;
    }

    private FrameFault DispatchOne(Instant now, in ReceivedPacket packet, ulong type, ref WireReader reader)
    {
        if (StreamFrame.IsStream(type))
        {
            return StreamFrame.TryRead(type, ref reader, out StreamFrame stream) ? Translate(streams.OnStreamFrame(stream)) : Malformed(type);
        }

        FrameType kind = (FrameType)type;
        switch (kind)
        {
            case FrameType.Padding:
            case FrameType.Ping:
                return FrameFault.None;
            case FrameType.Ack:
                return AckFrame.TryRead(ref reader, out AckFrame ack) ? OnAck(now, packet.Path, ack) : Malformed(type);
            case FrameType.PathChallenge:
                return OnChallenge(packet, ref reader);
            case FrameType.PathResponse:
                return PathResponseFrame.TryRead(ref reader, out PathResponseFrame response)
                    ? OnResponse(now, packet.Path, response)
                    : Malformed(type);
            case FrameType.NewConnectionId:
                return OnNewConnectionId(now, ref reader);
            case FrameType.Datagram:
                return OnDatagram(reader.ReadRest());
            case FrameType.DatagramWithLength:
                return reader.TryReadPrefixed(ushort.MaxValue, out ReadOnlySpan<byte> payload) ? OnDatagram(payload) : Malformed(type);
            case FrameType.Candidates:
                return OnCandidates(ref reader);
            case FrameType.Close:
                return CloseFrame.TryRead(ref reader, out CloseFrame close) ? OnClose(now, close) : Malformed(type);
            default:
                return NumberFrame.Count(kind) == 0
                    ? new FrameFault(SessionErrorCode.UnknownFrame, $"frame type 0x{type:x} was never negotiated")
                    : NumberFrame.TryRead(kind, ref reader, out NumberFrame number) ? OnNumber(now, number) : Malformed(type);
        }
    }

    private FrameFault OnAck(Instant now, Path path, in AckFrame ack)
    {
        Path? subject = paths.Find(ack.PathId);
        if (subject is null)
        {
            // It may be of a path that was abandoned a moment ago; one that never was is the peer's mistake, but harmless.
            return FrameFault.None;
        }

        if (!subject.Recovery.TryOnAck(now, ack, subject.Id, fates, sampleRtt: path == subject, out AckOutcome outcome))
        {
            return new FrameFault(SessionErrorCode.ProtocolViolation, "an acknowledgement of a packet that was never sent");
        }

        if (outcome.Packets > 0)
        {
            keys.OnAcked(outcome.KeyGeneration);
            subject.Observer?.OnAcknowledged(now, subject);
            failover.OnDelivered(now, subject);
            paths.AskForAcks(subject);
        }

        return FrameFault.None;
    }

    private FrameFault OnChallenge(in ReceivedPacket packet, ref WireReader reader)
    {
        if (!reader.TryReadUInt64(out ulong token))
        {
            return Malformed((ulong)FrameType.PathChallenge);
        }

        packet.Path.Validation.OwesResponse(token, packet.From, packet.Size);
        if (packet.Path is { IsUsable: true, IsDirect: true } path)
        {
            session.Raise(new SessionEvent(SessionEventKind.Doubted) { Remote = path.Remote });
        }

        return FrameFault.None;
    }

    private FrameFault OnResponse(Instant now, Path path, in PathResponseFrame response)
    {
        if (path.Validation.TryComplete(now, response.Token, out CarrierAddress target, out TimeSpan? roundTrip))
        {
            // RFC 9002 section 6.2.2: the answer's time stands in for a sample.
            path.Rtt.LearnInitial(roundTrip ?? TimeSpan.Zero);

            migration.OnAnswer(path, target);
        }

        return FrameFault.None;
    }

    private FrameFault OnNewConnectionId(Instant now, ref WireReader reader)
    {
        if (!NewConnectionIdFrame.TryRead(ref reader, out NewConnectionIdFrame frame))
        {
            return Malformed((ulong)FrameType.NewConnectionId);
        }

        if (!paths.Spares.TryAdd(frame))
        {
            return new FrameFault(SessionErrorCode.ProtocolViolation, "more connection ids than anybody asked for");
        }

        prober.OnSpares(now);
        return FrameFault.None;
    }

    private FrameFault OnDatagram(ReadOnlySpan<byte> payload)
    {
        if ((ulong)payload.Length > options.Parameters.MaxDatagramSize)
        {
            return new FrameFault(SessionErrorCode.ProtocolViolation, "a datagram longer than the limit");
        }

        bool first = received.Count == 0;
        if (received.TryAdd(payload) && first)
        {
            session.Raise(new SessionEvent(SessionEventKind.Datagrams));
        }

        return FrameFault.None;
    }

    private FrameFault OnCandidates(ref WireReader reader)
    {
        if (!CandidatesFrame.TryRead(ref reader, out ulong sequence, out List<WireCandidate> candidates))
        {
            return Malformed((ulong)FrameType.Candidates);
        }

        if (sequence > _candidatesSequence)
        {
            _candidatesSequence = sequence;
            session.Raise(new SessionEvent(SessionEventKind.Candidates) { Candidates = candidates });
        }

        return FrameFault.None;
    }

    private FrameFault OnClose(Instant now, in CloseFrame close)
    {
        session.OnPeerClose(now, close);
        return FrameFault.None;
    }

    private FrameFault OnNumber(Instant now, in NumberFrame number)
    {
        switch (number.Type)
        {
            case FrameType.PathStatus:
                if (paths.Find(PathIdOf(number)) is { } told)
                {
                    failover.OnPeerStatus(now, told, (PathStatus)number.Second, number.Third);
                }

                return FrameFault.None;
            case FrameType.AckFrequency:
                return OnAckFrequency(number);
            case FrameType.PathAbandon:
                OnAbandon(now, PathIdOf(number));
                return FrameFault.None;
            default:
                return Translate(streams.OnNumberFrame(number));
        }
    }

    private FrameFault OnAckFrequency(in NumberFrame number)
    {
        if (options.Parameters.LeastAckDelay is not { } least)
        {
            return new FrameFault(SessionErrorCode.UnknownFrame, "acknowledgement frequency was never negotiated");
        }

        if (paths.Find(PathIdOf(number)) is { } path)
        {
            int packets = (int)Math.Min(number.Second, AckRate.MostPackets);
            TimeSpan delay = TimeSpan.FromMicroseconds(Math.Min(number.Third, (ulong)AckTracker.MaxAckDelay.TotalMicroseconds));
            path.Acks.Rate = new AckRate(packets, delay).Bounded(least);
        }

        return FrameFault.None;
    }

    private void OnAbandon(Instant now, uint id)
    {
        // The handshake's path is never abandoned: it stays as the way back. Neither is the probe path.
        if (id <= ProbePath.PathId)
        {
            return;
        }

        if (paths.Find(id) is { } abandoned)
        {
            paths.Abandon(now, abandoned, fates, tellPeer: false);
        }
        else
        {
            paths.Spares.Retire(id);
        }
    }

    private static uint PathIdOf(in NumberFrame number) => (uint)Math.Min(number.First, uint.MaxValue);

    private static FrameFault Translate(StreamFault fault) => new(fault.Code, fault.Reason);

    private static FrameFault Malformed(ulong type) =>
        new(SessionErrorCode.FrameEncoding, $"a frame of type 0x{type:x} that cannot be read");
}
