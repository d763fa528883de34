using System.Buffers;
using System.Text;
using System.Text.Json;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>What a run showed. Times are null where a phase does not apply, or was not reached.</summary>
internal sealed record Summary(LabHomeKind NatA, LabHomeKind NatB)
{
    /// <summary>The longest silence that a cut of the direct path may cause.</summary>
    public static readonly TimeSpan MaxCutGap = TimeSpan.FromSeconds(1);

    /// <summary>The longest silence that the death of a relay may cause where another one is held.</summary>
    public static readonly TimeSpan MaxRelayKillGap = TimeSpan.FromSeconds(2);

    /// <summary>The longest silence that a move may cause.</summary>
    public static readonly TimeSpan MaxMoveGap = TimeSpan.FromSeconds(1);

    /// <summary>The longest that a relay may be reached by WebSocket still when UDP is let out again.</summary>
    public static readonly TimeSpan MaxUdp = TimeSpan.FromSeconds(5);

    /// <summary>The longest silence that a firewall may cause which begins to drop UDP: as for the cut of a direct path.</summary>
    public static readonly TimeSpan MaxUdpBlockGap = MaxCutGap;

    public LineCount Lines { get; init; }

    /// <summary>From the dialler's start to the first line that either side read.</summary>
    public TimeSpan? FirstLine { get; init; }

    /// <summary>From the dialler's session event to both ends' direct path.</summary>
    public TimeSpan? Direct { get; init; }

    public TimeSpan? CutGap { get; init; }

    /// <summary>From the opening of the firewall to both ends' direct path.</summary>
    public TimeSpan? Redirect { get; init; }

    public TimeSpan? RebindGap { get; init; }

    /// <summary>The longest silence after a relay was killed, of all that were.</summary>
    public TimeSpan? RelayKillGap { get; init; }

    public TimeSpan? MoveGap { get; init; }

    /// <summary>From the opening of the firewalls that drop UDP until relays are reached by UDP.</summary>
    public TimeSpan? Udp { get; init; }

    /// <summary>The longest silence after they dropped UDP again.</summary>
    public TimeSpan? UdpBlockGap { get; init; }

    /// <summary>The path at the end, when both ends see the same kind.</summary>
    public PathKind? FinalPath { get; init; }

    /// <summary>What went wrong on the way; empty when the story was told to its end.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>The last words of the programs on their standard error; of interest when something went wrong.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>From the table, not from what happened.</summary>
    public bool DirectExpected => Expectation.IsDirect(NatA, NatB);

    /// <summary>The same, of the networks that the two are in at the end.</summary>
    public bool DirectExpectedAtEnd => Expectation.IsDirect(NatA, MoveGap is null ? NatB : Plot.AfterMove(NatB));

    /// <summary>Everything that is not as it must be, for people.</summary>
    public IReadOnlyList<string> Problems => [.. Failures, .. LineProblems(), .. PathProblems()];

    /// <summary>Whether all of it held.</summary>
    public bool Ok => Problems.Count == 0;

    /// <summary>The one line for programs.</summary>
    public string ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", Ok);
            json.WriteString("nat_a", NatA.ToName());
            json.WriteString("nat_b", NatB.ToName());
            json.WriteStartObject("lines");
            json.WriteNumber("sent", Lines.Sent);
            json.WriteNumber("received", Lines.Received);
            json.WriteNumber("lost", Lines.Lost);
            json.WriteNumber("duplicated", Lines.Duplicated);
            json.WriteNumber("reordered", Lines.Reordered);
            json.WriteEndObject();
            Write(json, "first_line_ms", FirstLine);
            json.WriteBoolean("direct_expected", DirectExpected);
            Write(json, "direct_ms", Direct);
            Write(json, "cut_gap_ms", CutGap);
            Write(json, "redirect_ms", Redirect);
            Write(json, "rebind_gap_ms", RebindGap);
            Write(json, "relay_kill_gap_ms", RelayKillGap);
            Write(json, "move_gap_ms", MoveGap);
            Write(json, "udp_ms", Udp);
            Write(json, "udp_block_gap_ms", UdpBlockGap);
            json.WriteString("final_path", FinalPath?.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is TimeSpan value)
        {
            json.WriteNumber(name, (long)Math.Round(value.TotalMilliseconds));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private IEnumerable<string> LineProblems()
    {
        if (Lines.Sent == 0)
        {
            yield return "No line was sent.";
        }
        else if (!Lines.IsPerfect)
        {
            yield return $"Of {Lines.Sent} lines {Lines.Lost} were lost, {Lines.Duplicated} doubled, {Lines.Reordered} out of order, "
                + $"and {Lines.Foreign} came that were never sent.";
        }
    }

    // A guess of the next port may come true.
    private bool MayBeEither => Expectation.Of(NatA, NatB).Verdict == Verdict.Either;

    private IEnumerable<string> PathProblems()
    {
        if (DirectExpected != (Direct is not null) && !MayBeEither)
        {
            yield return DirectExpected ? "No direct path was found." : "A direct path was found where the table expects none.";
        }

        if (DirectExpected && !(CutGap < MaxCutGap))
        {
            yield return CutGap is TimeSpan gap
                ? $"The cut silenced the session for {gap.TotalMilliseconds:F0} ms."
                : "The cut was not reached.";
        }

        if (RelayKillGap >= MaxRelayKillGap)
        {
            yield return $"The death of a relay silenced the session for {RelayKillGap.Value.TotalMilliseconds:F0} ms.";
        }

        if (MoveGap >= MaxMoveGap)
        {
            yield return $"The move silenced the session for {MoveGap.Value.TotalMilliseconds:F0} ms.";
        }

        if (Udp >= MaxUdp)
        {
            yield return $"UDP was let out for {Udp.Value.TotalMilliseconds:F0} ms before it was used.";
        }

        if (UdpBlockGap >= MaxUdpBlockGap)
        {
            yield return $"The firewall that dropped UDP silenced the session for {UdpBlockGap.Value.TotalMilliseconds:F0} ms.";
        }

        if (FinalPath is null || (!MayBeEither && FinalPath != (DirectExpectedAtEnd ? PathKind.Direct : PathKind.Relayed)))
        {
            yield return FinalPath is null ? "The two ends do not agree on a path at the end." : $"The path at the end is {FinalPath}.";
        }
    }
}
