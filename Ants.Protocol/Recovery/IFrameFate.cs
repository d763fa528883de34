namespace Ants.Protocol.Recovery;

/// <summary>Hears what became of the frames of sent packets.</summary>
internal interface IFrameFate
{
    /// <summary>A packet is held lost, or its path is gone; its frames follow.</summary>
    void OnPacketLost(uint pathId, SentPacket packet)
    {
    }

    /// <summary>The packet that carried the frame was acknowledged.</summary>
    void OnFrameAcked(uint pathId, in SentFrame frame);

    /// <summary>The packet that carried the frame is held lost, or its path is gone. It may still be acknowledged later.</summary>
    void OnFrameLost(uint pathId, in SentFrame frame);
}
