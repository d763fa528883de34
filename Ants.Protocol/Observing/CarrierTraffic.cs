namespace Ants.Protocol.Observing;

/// <summary>Datagrams and bytes in one direction, by carrier. Written on the driver alone; may be read from anywhere.</summary>
internal sealed class CarrierTraffic
{
    private readonly Amount[] _amounts = new Amount[Enum.GetValues<CarrierKind>().Length];

    /// <summary>Counts a datagram. Once a packet, so a plain sum.</summary>
    public void Add(CarrierKind carrier, int bytes)
    {
        ref Amount amount = ref _amounts[(int)carrier];
        amount.Packets++;
        amount.Bytes += bytes;
    }

    /// <summary>Datagrams so far.</summary>
    public long Packets(CarrierKind carrier) => _amounts[(int)carrier].Packets;

    /// <summary>Bytes of those.</summary>
    public long Bytes(CarrierKind carrier) => _amounts[(int)carrier].Bytes;

    private struct Amount
    {
        public long Packets, Bytes;
    }
}
