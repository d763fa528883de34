using System.Net;

namespace Ants.Nat;

/// <summary>What one service of a gateway is to do for us, as the calls that it takes, one after the other.</summary>
internal abstract class IgdTask(IgdService service, MappingTarget target)
{
    /// <summary>The call of the moment; while <see cref="IgdTaskState.Calling"/>.</summary>
    public SoapCall? Call { get; private set; }

    public IgdTaskState State { get; private set; }

    public IgdService Service => service;

    /// <summary>Where peers come in; once held.</summary>
    public IPEndPoint? External { get; protected set; }

    /// <summary>Whether the service keeps it until it is told otherwise.</summary>
    public bool IsPermanent { get; protected set; }

    /// <summary>Whether the last renewal found nothing to renew.</summary>
    public bool WasLost { get; protected set; }

    /// <summary>Whether the service may hold something for us, even if its answer never came.</summary>
    public bool MayHold { get; protected set; }

    /// <summary>Why it has failed.</summary>
    public PortMappingOutcome Failure { get; private set; }

    /// <inheritdoc cref="Failure"/>
    public string Detail { get; private set; } = "";

    protected MappingTarget Target => target;

    /// <summary>Finds out whether the service can do it.</summary>
    public abstract void Prepare();

    /// <summary>Has it done.</summary>
    public abstract void Claim();

    /// <summary>Has it done for another lease, or again if it is undone.</summary>
    public abstract void Renew();

    /// <summary>Has it undone.</summary>
    public abstract void Release();

    /// <summary>Takes the answer to <see cref="Call"/>.</summary>
    public abstract void Handle(SoapAnswer answer);

    protected void Next(string action, params (string Name, string Value)[] arguments)
    {
        Call = new SoapCall(service.Type, action, arguments);
        State = IgdTaskState.Calling;
    }

    protected void Become(IgdTaskState state)
    {
        Call = null;
        State = state;
    }

    protected void Fail(PortMappingOutcome outcome, string detail)
    {
        (Failure, Detail) = (outcome, detail);
        Become(IgdTaskState.Failed);
    }

    protected void Fail(int error) => Fail(
        error switch
        {
            SoapAnswer.Unreadable => PortMappingOutcome.Nonsense,
            UpnpError.InvalidAction or UpnpError.OptionalActionNotImplemented => PortMappingOutcome.Unsupported,
            _ => PortMappingOutcome.Refused,
        },
        UpnpError.Explain(error));
}
