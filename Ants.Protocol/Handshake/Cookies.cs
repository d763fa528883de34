using System.Buffers.Binary;
using System.Security.Cryptography;
using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// Makes and checks stateless cookies: proof that who sends from an address also receives there.
/// <code>
/// cookie = first 16 bytes of HMAC-SHA-256(secret of the epoch, epoch (8) | address)
/// </code>
/// The secret is drawn anew in each epoch, so that a cookie of an older one cannot be checked, nor made, any more. Nothing is kept of
/// those who were given one.
/// </summary>
internal sealed class Cookies(EntropySource entropy)
{
    public const int Size = 16;

    // As WireGuard's: long enough for every retransmission of a handshake, short enough that a cookie that somebody overheard
    // soon says nothing. A cookie is good for one to two epochs.
    private static readonly TimeSpan s_epoch = TimeSpan.FromMinutes(2);

    private readonly byte[] _current = new byte[32];
    private readonly byte[] _previous = new byte[32];
    private long _epoch = long.MinValue;

    /// <summary>Writes the cookie of <paramref name="address"/>.</summary>
    public void Write(Instant now, CarrierAddress address, Span<byte> cookie)
    {
        Turn(now);
        Compute(_current, _epoch, address, cookie);
    }

    /// <summary>Whether <paramref name="cookie"/> was made for this address in this epoch or the one before.</summary>
    public bool IsValid(Instant now, CarrierAddress address, ReadOnlySpan<byte> cookie)
    {
        if (cookie.Length != Size)
        {
            return false;
        }

        Turn(now);
        return IsOf(_current, _epoch, address, cookie) || IsOf(_previous, _epoch - 1, address, cookie);
    }

    private static bool IsOf(byte[] secret, long epoch, CarrierAddress address, ReadOnlySpan<byte> cookie)
    {
        Span<byte> expected = stackalloc byte[Size];
        Compute(secret, epoch, address, expected);
        return CryptographicOperations.FixedTimeEquals(expected, cookie);
    }

    private static void Compute(byte[] secret, long epoch, CarrierAddress address, Span<byte> cookie)
    {
        Span<byte> input = stackalloc byte[8 + 1 + 2 + 16];
        WireWriter writer = new(input);
        writer.WriteUInt64((ulong)epoch);
        writer.WriteEndPoint(address.EndPoint);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, writer.Span, full);
        full[..Size].CopyTo(cookie);
    }

    private void Turn(Instant now)
    {
        long epoch = now.Ticks / s_epoch.Ticks;
        if (epoch == _epoch)
        {
            return;
        }

        // Neither secret is ever anything but drawn.
        if (_epoch == epoch - 1)
        {
            _current.CopyTo(_previous, 0);
        }
        else
        {
            entropy.Fill(_previous);
        }

        entropy.Fill(_current);
        _epoch = epoch;
    }
}
