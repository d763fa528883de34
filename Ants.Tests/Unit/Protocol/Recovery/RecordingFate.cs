using Ants.Protocol.Recovery;

namespace Ants.Tests.Unit.Protocol.Recovery;

/// <summary>Remembers what was reported of each frame, in order.</summary>
internal sealed class RecordingFate : IFrameFate
{
    public List<SentFrame> Acked { get; } = [];

    public List<SentFrame> Lost { get; } = [];

    public IEnumerable<ulong> AckedIds => Acked.Select(frame => frame.Id);

    public IEnumerable<ulong> LostIds => Lost.Select(frame => frame.Id);

    public void OnFrameAcked(uint pathId, in SentFrame frame) => Acked.Add(frame);

    public void OnFrameLost(uint pathId, in SentFrame frame) => Lost.Add(frame);
}
