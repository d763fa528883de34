namespace Ants.Protocol.Wire;

/// <summary>A connection id with the token by which its issuer can later say that it no longer knows it.</summary>
internal readonly record struct IssuedConnectionId
{
    /// <summary>Bytes on the wire: the id, then the token.</summary>
    public const int Size = ConnectionId.Size + StatelessReset.TokenSize;

    // Not as one UInt128, which is aligned to 16 bytes: a session keeps about a dozen of these, most of them in lists.
    private readonly ulong _upper, _lower;

    /// <param name="id">The id.</param>
    /// <param name="token">The reset token, see <see cref="StatelessReset"/>.</param>
    public IssuedConnectionId(ConnectionId id, UInt128 token)
    {
        Id = id;
        (_upper, _lower) = ((ulong)(token >> 64), (ulong)token);
    }

    public ConnectionId Id { get; }

    public UInt128 Token => new(_upper, _lower);
}
