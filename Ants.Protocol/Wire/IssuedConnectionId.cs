namespace Ants.Protocol.Wire;

/// <summary>A connection id with the token by which its issuer can later say that it no longer knows it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Token">The reset token, see <see cref="StatelessReset"/>.</param>
internal readonly record struct IssuedConnectionId(ConnectionId Id, UInt128 Token)
{
    /// <summary>Bytes on the wire: the id, then the token.</summary>
    public const int Size = ConnectionId.Size + StatelessReset.TokenSize;
}
