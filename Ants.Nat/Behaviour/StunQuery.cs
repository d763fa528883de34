using System.Net;

namespace Ants.Nat;

/// <summary>What a Binding request of behaviour discovery asks for (RFC 5780), and what counts as its answer.</summary>
/// <param name="Server">Where it goes.</param>
internal readonly record struct StunQuery(IPEndPoint Server)
{
    /// <summary>Where the answer comes from, if not from <see cref="Server"/>.</summary>
    public IPEndPoint? AnswersFrom { get; init; }

    /// <summary>CHANGE-REQUEST: the answer shall come from the server's other address.</summary>
    public bool ChangeAddress { get; init; }

    /// <summary>CHANGE-REQUEST: the answer shall come from the server's other port.</summary>
    public bool ChangePort { get; init; }

    /// <summary>RESPONSE-PORT: the answer shall go to this port of ours; 0 for the one that asks.</summary>
    public int ResponsePort { get; init; }

    /// <summary>
    /// The port of our address at which the answer shall arrive, if the request does not go to <see cref="Server"/> by UDP: it is a relay that is
    /// asked for the answer over the session with it. 0 for a request by UDP.
    /// </summary>
    public int KnockPort { get; init; }

    /// <summary>
    /// Whether the request goes to an address of our own, and is itself what is waited for (RFC 5780 section 4.5).
    /// </summary>
    public bool ExpectsItself { get; init; }

    /// <summary>Writes the attributes that ask for it: one of eight bytes at most.</summary>
    public void Write(ref StunWriter writer)
    {
        if (ChangeAddress || ChangePort)
        {
            writer.AddChangeRequest(ChangeAddress, ChangePort);
        }
        else if (ResponsePort != 0)
        {
            writer.AddResponsePort((ushort)ResponsePort);
        }
    }
}
