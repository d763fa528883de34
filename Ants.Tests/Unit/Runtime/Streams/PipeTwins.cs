using System.Buffers;
using System.IO.Pipelines;
using Ants.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Streams;

/// <summary>A pipe of the platform and a stream's reading end, to both of which the same is done, and which must answer alike.</summary>
internal sealed class PipeTwins(FakeOwner owner) : IDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly StreamInput _input = new(owner);
    private CancellationTokenSource _cancellation = new();
    private Task<ReadResult>? _ofPipe, _ofInput;
    private ReadOnlySequence<byte> _inPipe, _inInput;
    private bool _isReading, _wasCancelled, _isEnded;
    private byte _next;

    public int Reads { get; private set; }

    public long Consumed { get; private set; }

    public void Dispose() => _cancellation.Dispose();

    public void Step(Random random, string where)
    {
        switch (random.Next(100))
        {
            case < 35:
                Write(random);
                break;
            case < 55:
                Read(random.Next(2) == 0, where);
                break;
            case < 90:
                Advance(random, where);
                break;
            case < 94:
                _pipe.Reader.CancelPendingRead();
                _input.CancelPendingRead();
                break;
            case < 98:
                _cancellation.Cancel();
                _cancellation.Dispose();
                _cancellation = new CancellationTokenSource();
                break;
            case 98 when Reads > 30 && random.Next(4) == 0:
                End(random.Next(2) == 0 ? null : new InvalidDataException("ended"));
                break;
            default:
                break;
        }

        Settle(where);
    }

    private void Write(Random random)
    {
        if (_isEnded)
        {
            return;
        }

        byte[] bytes = new byte[random.Next(5) == 0 ? random.Next(40_000) : random.Next(1500)];
        foreach (ref byte b in bytes.AsSpan())
        {
            b = _next++;
        }

        _pipe.Writer.Write(bytes);
        for (int at = 0; at < bytes.Length;)
        {
            Memory<byte> room = _input.Room(random.Next(100));
            int count = Math.Min(room.Length, bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(room.Span);
            _input.Advance(count);
            at += count;
        }

        if (random.Next(3) > 0)
        {
            Assert.That(_pipe.Writer.FlushAsync().AsTask().IsCompleted, Is.True);
            _input.Show();
        }
    }

    private void End(Exception? reason)
    {
        if (!_isEnded)
        {
            _isEnded = true;
            _pipe.Writer.Complete(reason);
            _input.End(reason);
        }
    }

    private void Read(bool waits, string where)
    {
        if (_ofPipe is not null)
        {
            Assert.That(async () => await _input.ReadAsync(), Throws.InvalidOperationException, where);
            return;
        }

        // What a pipe does when it is misused is not a contract; see the tests of the end alone.
        if (_isReading && !_wasCancelled)
        {
            return;
        }

        if (waits)
        {
            (_ofPipe, _ofInput) = (Start(_pipe.Reader), Start(_input));
            return;
        }

        Alike(() => Try(_pipe.Reader), () => Try(_input), where);
    }

    private void Advance(Random random, string where)
    {
        if (_ofPipe is not null || !_isReading)
        {
            return;
        }

        _isReading = false;
        long consumed = random.NextInt64(_inPipe.Length + 1);

        // A pipe is not of one mind about what was looked at before and is said not to have been, as may happen after a cancelled read.
        long examined = _wasCancelled || random.Next(2) == 0 ? _inPipe.Length : random.NextInt64(consumed, _inPipe.Length + 1);
        (ReadOnlySequence<byte> inPipe, ReadOnlySequence<byte> inInput) = (_inPipe, _inInput);
        (_inPipe, _inInput) = (default, default);
        Alike(() => Advance(_pipe.Reader, inPipe, consumed, examined), () => Advance(_input, inInput, consumed, examined), where);
    }

    private string Advance(PipeReader reader, ReadOnlySequence<byte> buffer, long consumed, long examined)
    {
        reader.AdvanceTo(buffer.GetPosition(consumed), buffer.GetPosition(examined));
        Consumed += reader == _input ? consumed : 0;
        return "";
    }

    private Task<ReadResult> Start(PipeReader reader)
    {
        try
        {
            return reader.ReadAsync(_cancellation.Token).AsTask();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            return Task.FromException<ReadResult>(e);
        }
    }

    private string Try(PipeReader reader) => reader.TryRead(out ReadResult result) ? Show(reader, result) : "nothing";

    private string Show(PipeReader reader, ReadResult result)
    {
        if (reader == _input)
        {
            Reads++;
            (_isReading, _wasCancelled) = (true, result.IsCanceled);
            _inInput = result.Buffer;
        }
        else
        {
            _inPipe = result.Buffer;
        }

        return $"{result.IsCanceled} {result.IsCompleted} {Convert.ToHexString(result.Buffer.ToArray())}";
    }

    private void Settle(string where)
    {
        if (_ofPipe is not null)
        {
            Assert.That(_ofInput!.IsCompleted, Is.EqualTo(_ofPipe.IsCompleted), where);
            if (_ofPipe.IsCompleted)
            {
                (Task<ReadResult> ofPipe, Task<ReadResult> ofInput) = (_ofPipe, _ofInput);
                (_ofPipe, _ofInput) = (null, null);
                Alike(() => Show(_pipe.Reader, ofPipe.GetAwaiter().GetResult()), () => Show(_input, ofInput.GetAwaiter().GetResult()), where);
            }
        }
    }

    private static void Alike(Func<string> pipe, Func<string> input, string where) =>
        Assert.That(Outcome(input), Is.EqualTo(Outcome(pipe)), where);

    private static string Outcome(Func<string> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or OperationCanceledException)
        {
            return e.GetType().Name;
        }
    }
}
