namespace Ants.Tests.Simulation.Goodput;

/// <summary>
/// What a controller's window allows at the most: a sender without headers, pacing, delayed acknowledgements or timeouts, that knows of
/// each loss at the moment when its acknowledgement should have come, over a wire with the same loss, rate and queue.
/// </summary>
internal sealed class IdealSender(Setting setting, int seed)
{
    private readonly Random _random = new(seed);
    private readonly IdealWindow _window = new(setting.Controller);
    private readonly Queue<(double At, double SentAt, bool IsLost)> _feedback = new();
    private double _now, _free, _recovery = -1;
    private long _delivered;

    /// <summary>Bits a second that arrive, between a time and another.</summary>
    public double Measure(double from, double until)
    {
        Advance(from);
        long before = _delivered;
        Advance(until);
        return (_delivered - before) * Setting.FullPacket * 8 / (until - from);
    }

    private void Advance(double until)
    {
        while (_now < until)
        {
            while (_feedback.Count < (int)_window.Packets)
            {
                Send();
            }

            (double at, double sentAt, bool isLost) = _feedback.Dequeue();
            _now = at;
            _delivered += isLost ? 0 : 1;
            if (sentAt <= _recovery)
            {
                continue;
            }

            if (isLost)
            {
                _recovery = _now;
                _window.OnLoss();
            }
            else
            {
                _window.OnAcked(_now, at - sentAt);
            }
        }
    }

    private void Send()
    {
        double start = Math.Max(_now, _free);
        bool isLost = (start - _now) * setting.Rate / 8 > setting.QueueBytes;
        if (!isLost)
        {
            _free = start + (Setting.FullPacketOnWire * 8 / setting.Rate);
            isLost = _random.NextDouble() < setting.Loss;
        }

        _feedback.Enqueue((Math.Max(start, _free) + Setting.RoundTrip, _now, isLost));
    }
}
