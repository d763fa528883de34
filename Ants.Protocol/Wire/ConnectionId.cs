namespace Ants.Protocol.Wire;

/// <summary>
/// Eight bytes that name a session and one of its paths to the receiver that chose them. They mean nothing to anybody else.
/// </summary>
internal readonly record struct ConnectionId(ulong Value)
{
    public const int Size = 8;

    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
