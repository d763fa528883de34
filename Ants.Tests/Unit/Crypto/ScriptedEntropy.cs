using Ants.Crypto;

namespace Ants.Tests.Unit.Crypto;

/// <summary>Gives out the bytes it was given, in order, and fails when asked for more.</summary>
internal sealed class ScriptedEntropy(params byte[][] parts) : EntropySource
{
    private readonly byte[] _script = [.. parts.SelectMany(static part => part)];
    private int _position;

    public bool IsUsedUp => _position == _script.Length;

    public override void Fill(Span<byte> destination)
    {
        _script.AsSpan(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }
}
