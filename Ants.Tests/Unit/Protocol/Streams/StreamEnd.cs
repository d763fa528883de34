using Ants.Protocol;
using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>One end of a pair, with an application on each stream that acts at random.</summary>
internal sealed class StreamEnd(string name, bool even, StreamLimits local, WindowCaps caps)
{
    public StreamSet Set { get; } = new(even, local, caps);

    public Dictionary<ulong, StreamEndpoint> Endpoints { get; } = [];

    public Instant Now { get; set; }

    public int Closed { get; private set; }

    public IEnumerable<StreamEndpoint> Live => Endpoints.Values.Where(endpoint => !endpoint.IsClosed);

    public bool TryOpen(Random random)
    {
        if (!Set.TryOpen(out ulong id))
        {
            return false;
        }

        Add(id, random).Attach();
        return true;
    }

    /// <summary>Acts on all events that wait.</summary>
    public void HandleEvents(Random random)
    {
        while (Set.TryPollEvent(out StreamEvent e))
        {
            switch (e.Kind)
            {
                case StreamEventKind.CanOpen:
                    break;
                case StreamEventKind.Opened:
                    Assert.That(StreamId.IsEven(e.Id), Is.Not.EqualTo(even), "Only the peer's streams are announced.");
                    Add(e.Id, random);
                    break;
                default:
                    Endpoints[e.Id].On(e);
                    Closed += e.Kind == StreamEventKind.Closed ? 1 : 0;
                    break;
            }
        }
    }

    /// <summary>What must hold at any time.</summary>
    public void Check()
    {
        FlowWindow window = Set.Window;
        if (Set.Credit.Sent > Set.Credit.Limit || window.Received - window.Released > window.Size
            || window.Size > Math.Max(caps.SessionBytes, local.SessionBytes))
        {
            Assert.Fail($"Flow control is exceeded at the {name} end.");
        }
    }

    private StreamEndpoint Add(ulong id, Random random)
    {
        var endpoint = new StreamEndpoint(this, id, StreamId.IsEven(id) == even, random);
        Endpoints.Add(id, endpoint);
        return endpoint;
    }
}
