namespace Ants.Agents;

/// <summary>Decides when an agent that starts has relays enough, or has failed to get one. On the driver.</summary>
internal sealed class RelayHolding(AgentCore core, AntsOptions options, TaskCompletionSource done)
{
    private bool _takesOne;

    /// <summary>Something about a relay has changed.</summary>
    public void Look()
    {
        int held = core.Links.Held.Count();
        if (held >= core.Selection.Wanted || (_takesOne && held > 0))
        {
            done.TrySetResult();
        }
        else if (core.Links.All.All(link => link.Failure is { Error: AntsError.RelayKeyMismatch }))
        {
            // Waiting does not change a key.
            done.TrySetException(core.Links.All[0].Failure!);
        }
    }

    /// <summary>From now on one relay is enough.</summary>
    public void TakeOne()
    {
        _takesOne = true;
        Look();
    }

    /// <summary>No relay could be had in time.</summary>
    public void GiveUp() => done.TrySetException(core.Links.All.Select(link => link.Failure).FirstOrDefault(failure => failure is not null)
        ?? new AntsException(AntsError.RelayUnreachable,
            $"No relay answered within {options.ConnectTimeout.TotalSeconds:0.#} s: {string.Join(", ", options.Relays)}. "
            + "Check the addresses, and that UDP reaches them."));
}
