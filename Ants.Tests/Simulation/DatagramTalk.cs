using System.Buffers.Binary;
using Ants.Protocol.Sessions;

namespace Ants.Tests.Simulation;

/// <summary>DATAGRAMs from one side at a steady pace; they may be lost, but come at most once and as they were sent.</summary>
internal sealed class DatagramTalk
{
    private readonly EndpointPair _pair;
    private readonly Side _from;
    private readonly HashSet<uint> _heard = [];
    private uint _said;
    private bool _isStopped;

    public DatagramTalk(EndpointPair pair, Side from, double everyMs)
    {
        (_pair, _from) = (pair, from);
        from.Other.OnEvent += (session, e) => Hear(session, e);
        Say(everyMs);
    }

    /// <summary>Whether each came at most once, unchanged.</summary>
    public bool IsIntact { get; private set; } = true;

    public int Heard => _heard.Count;

    public void Stop() => _isStopped = true;

    // Four bytes of number, and then its own bytes over and over, to a length that is a function of it too.
    private static int LengthOf(uint number) => 4 + (int)(number * 37 % 900);

    private void Say(double everyMs)
    {
        if (_isStopped || _from.Session!.IsOver)
        {
            return;
        }

        byte[] payload = new byte[LengthOf(_said)];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)(_said >> (24 - (i % 4 * 8)));
        }

        _said += _from.Session.TrySendDatagram(payload) ? 1u : 0;
        _pair.After(everyMs, () => Say(everyMs));
    }

    private void Hear(Session session, SessionEvent e)
    {
        if (e.Kind != SessionEventKind.Datagrams)
        {
            return;
        }

        Span<byte> payload = stackalloc byte[2000];
        while (session.TryTakeDatagram(payload, out int length))
        {
            uint number = BinaryPrimitives.ReadUInt32BigEndian(payload);
            bool isWhole = length == LengthOf(number) && number < _said && _heard.Add(number);
            for (int i = 4; i < length && isWhole; i++)
            {
                isWhole = payload[i] == payload[i % 4];
            }

            IsIntact &= isWhole;
        }
    }
}
