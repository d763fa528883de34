namespace Ants.Protocol.Recovery;

/// <summary>The congestion controller of RFC 9002 section 7 and appendix B.</summary>
internal sealed class NewReno(int maxDatagramSize) : LossBasedController(maxDatagramSize)
{
    private int _acked;

    protected override void Avoid(Instant now, int bytes, RttEstimator rtt)
    {
        // Section 7.3.3: one packet more for each window acknowledged (RFC 3465 counts bytes, so small ACKs lose nothing).
        _acked += bytes;
        if (_acked >= Window)
        {
            _acked -= Window;
            Window += MaxDatagramSize;
        }
    }

    protected override int Reduce()
    {
        // Appendix B.6: kLossReductionFactor is one half.
        _acked = 0;
        return Window / 2;
    }

    protected override void Forget() => _acked = 0;
}
