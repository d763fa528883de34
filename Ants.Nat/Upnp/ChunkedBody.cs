namespace Ants.Nat;

/// <summary>Takes a body in chunks apart, byte for byte (RFC 9112 section 7.1). Sizes are bounded; what is wrong ends it.</summary>
internal sealed class ChunkedBody
{
    private Place _place = Place.Size;
    private int _left, _digits;

    private enum Place
    {
        Size,
        Extension,
        Content,
        AfterContent,
        End,
    }

    /// <summary>Whether the last chunk has come, or something that is no chunk.</summary>
    public bool IsOver => _place == Place.End;

    /// <summary>Takes what came next; writes the content of the chunks over it.</summary>
    /// <returns>How many bytes of content there were.</returns>
    public int Decode(Span<byte> bytes)
    {
        int written = 0;
        for (int at = 0; at < bytes.Length && !IsOver;)
        {
            if (_place == Place.Content)
            {
                int length = Math.Min(_left, bytes.Length - at);
                bytes.Slice(at, length).CopyTo(bytes[written..]);
                (written, at, _left) = (written + length, at + length, _left - length);
                _place = _left == 0 ? Place.AfterContent : Place.Content;
            }
            else
            {
                _place = Next((char)bytes[at++]);
            }
        }

        return written;
    }

    private Place Next(char c)
    {
        switch (_place, c)
        {
            case (Place.AfterContent, '\r' or '\n'):
                return Place.AfterContent;
            case (Place.Size or Place.Extension, '\n'):
                (int size, int digits) = (_left, _digits);
                _digits = 0;
                return size > 0 ? Place.Content : digits > 0 ? Place.End : Place.Size;
            case (Place.Extension, _) or (Place.Size, ';' or ' ' or '\t' or '\r'):
                return Place.Extension;
            default:
                return TakeDigit(c);
        }
    }

    private Place TakeDigit(char c)
    {
        if (!char.IsAsciiHexDigit(c))
        {
            return Place.End;
        }

        _left = (_place == Place.AfterContent ? 0 : _left * 16) + Convert.ToInt32(c.ToString(), 16);
        _digits++;
        return _left > HttpAnswerReader.MostBytes ? Place.End : Place.Size;
    }
}
