using System.Text;

namespace Ants.Testing.Fabric;

/// <summary>A connection to a router that takes one HTTP request and gives its answer, on virtual time.</summary>
internal sealed class RouterStream(SimulatedNetwork network, TimeSpan delay, Func<string, byte[]?> answer) : Stream
{
    private readonly StringBuilder _request = new();
    private byte[]? _answer;
    private int _given;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_answer is null)
        {
            // There and back.
            await Task.Delay(delay * 2, network.Time, cancellationToken);
            _answer = answer(_request.ToString()) ?? [];
        }

        int length = Math.Min(buffer.Length, _answer.Length - _given);
        _answer.AsMemory(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _request.Append(Encoding.UTF8.GetString(buffer.Span));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
