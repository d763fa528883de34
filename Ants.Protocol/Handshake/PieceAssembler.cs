namespace Ants.Protocol.Handshake;

/// <summary>Puts the pieces of one handshake message together. Holds at most the length that the first piece names.</summary>
internal sealed class PieceAssembler
{
    private byte[]? _message;
    private int _count;

    /// <summary>One bit for each piece that has arrived.</summary>
    public byte Have { get; private set; }

    public bool IsComplete => _message is not null && Have == (1 << _count) - 1;

    /// <summary>The message, once complete.</summary>
    public ReadOnlySpan<byte> Message => IsComplete ? _message : throw new InvalidOperationException("Pieces are missing.");

    /// <summary>
    /// Takes a piece; false when all were there already. One that does not belong with those before takes their place: if it is
    /// forged, the true ones are sent again, and must not be shut out.
    /// </summary>
    public bool TryAdd(in HandshakePiece piece)
    {
        if (IsComplete)
        {
            return false;
        }

        if (_message?.Length != piece.TotalLength)
        {
            _message = new byte[piece.TotalLength];
            _count = piece.Count;
            Have = 0;
        }

        piece.Data.CopyTo(_message.AsSpan(piece.Offset));
        Have |= (byte)(1 << piece.Index);
        return true;
    }

    /// <summary>Lets go of a message that was read. It stays complete: pieces of it that come once more are known.</summary>
    public void Release() => _message = [];

    /// <summary>Begins anew, after a message that turned out to be forged.</summary>
    public void Clear()
    {
        _message = null;
        Have = 0;
    }
}
