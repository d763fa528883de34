using System.Net;
using Ants.Crypto;

namespace Ants.Nat;

/// <summary>
/// Finds out how long a NAT keeps a mapping through which nothing passes (RFC 5780 section 4.6): a spare socket makes one and is silent; then
/// another has the server send an answer there, by RESPONSE-PORT. That the answer comes is proof; that the first socket has the same port when it
/// asks again is none, since many NATs would give it anew. Two or three packets a trial, minutes apart. Pure.
/// </summary>
/// <remarks>
/// The mapping of the trial carried one request and one answer. Some NATs keep one that is in use longer than that; so what is found is no more
/// than what sessions can rely on.
/// </remarks>
internal sealed class LifetimeSearch
{
    /// <summary>How many sockets are used.</summary>
    public const int Sockets = 2;

    // From 30 s to 10 min by doubling are five, and finding the place between two of them three or four.
    private const int MostTrials = 10;

    private const int Holder = 0;
    private const int Asker = 1;

    private readonly IPEndPoint _server;

    /// <summary>Makes a search that goes on where an earlier one stopped.</summary>
    public LifetimeSearch(IPEndPoint server, LifetimeBounds known, EntropySource entropy)
    {
        _server = server;
        Bounds = known;
        Script = new StunScript(Steps(), entropy);
    }

    /// <summary>What is sent and waited for.</summary>
    public StunScript Script { get; }

    /// <summary>What is known now.</summary>
    public LifetimeBounds Bounds { get; private set; }

    private IEnumerable<StunStep> Steps()
    {
        // Without a silence: whether the server can do it, and the NAT lets it in.
        TimeSpan silence = TimeSpan.Zero;
        for (int trials = 0; trials <= MostTrials; trials++)
        {
            StunStep hold = StunStep.Ask(Holder, new StunQuery(_server));
            yield return hold;
            if (!hold.Succeeded)
            {
                yield break;
            }

            yield return StunStep.Wait(silence);
            IPEndPoint mapped = hold.Result!.MappedAddress!;
            StunStep ask = StunStep.Ask(Asker, new StunQuery(_server) { ResponsePort = mapped.Port }, listensOn: Holder);
            yield return ask;
            if (!ask.Succeeded)
            {
                // Silence means something only if the server is there, and sees both sockets at one address.
                StunStep check = StunStep.Ask(Asker, new StunQuery(_server));
                yield return check;
                if (silence == TimeSpan.Zero || ask.Result!.Outcome != StunOutcome.TimedOut || !check.Succeeded
                    || !check.Result!.MappedAddress!.Address.Equals(mapped.Address))
                {
                    yield break;
                }
            }

            Bounds = silence == TimeSpan.Zero ? Bounds : Bounds.After(silence, ask.Succeeded);
            if (Bounds.Next is not { } next)
            {
                yield break;
            }

            silence = next;
        }
    }
}
