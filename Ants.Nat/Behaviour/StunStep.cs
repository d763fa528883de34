using System.Net;

namespace Ants.Nat;

/// <summary>One step of a <see cref="StunScript"/>: a request and its answer, or a pause.</summary>
internal sealed class StunStep
{
    private StunStep(int socket, int listensOn, StunQuery? query, TimeSpan pause)
    {
        Socket = socket;
        ListensOn = listensOn;
        Query = query;
        Pause = pause;
    }

    /// <summary>By which socket the request leaves.</summary>
    public int Socket { get; }

    /// <summary>At which socket the answer counts; a refusal always comes back to <see cref="Socket"/>.</summary>
    public int ListensOn { get; }

    /// <summary>What is asked; null for a pause.</summary>
    public StunQuery? Query { get; }

    /// <summary>How long nothing is sent.</summary>
    public TimeSpan Pause { get; }

    /// <summary>What came of it; null until it has ended, and for a pause.</summary>
    public StunResult? Result { get; set; }

    /// <summary>Where a relay says that it has sent the answer that it was asked for; null if it said nothing.</summary>
    public IPEndPoint? KnockedAt { get; set; }

    /// <summary>Whether the answer came.</summary>
    public bool Succeeded => Result?.Outcome == StunOutcome.Success;

    /// <summary>A request.</summary>
    public static StunStep Ask(int socket, StunQuery query, int? listensOn = null) => new(socket, listensOn ?? socket, query, TimeSpan.Zero);

    /// <summary>A pause.</summary>
    public static StunStep Wait(TimeSpan pause) => new(0, 0, null, pause);
}
