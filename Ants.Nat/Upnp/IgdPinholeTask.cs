using System.Globalization;

namespace Ants.Nat;

/// <summary>A hole in the gateway's firewall, by WANIPv6FirewallControl:1.</summary>
internal sealed class IgdPinholeTask(IgdService service, MappingTarget target) : IgdTask(service, target)
{
    private const string ProtocolUdp = "17";

    private Step _step;
    private int? _id;

    private enum Step
    {
        Status,
        Add,
        Update,
        Release,
    }

    /// <inheritdoc/>
    public override void Prepare() => Go(Step.Status);

    /// <inheritdoc/>
    public override void Claim()
    {
        MayHold = true;
        Go(Step.Add);
    }

    /// <inheritdoc/>
    public override void Renew()
    {
        WasLost = _id is null;
        Go(_id is null ? Step.Add : Step.Update);
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (_id is null)
        {
            // Without its number it cannot be named; it ends with its lease.
            Become(IgdTaskState.Released);
        }
        else
        {
            Go(Step.Release);
        }
    }

    /// <inheritdoc/>
    public override void Handle(SoapAnswer answer)
    {
        switch (_step)
        {
            case Step.Status:
                HandleStatus(answer);
                break;
            case Step.Update when answer.Error == UpnpError.NoSuchPinhole:
                (_id, WasLost) = (null, true);
                Go(Step.Add);
                break;
            case Step.Release:
                (_id, MayHold) = (null, false);
                Become(IgdTaskState.Released);
                break;
            case var _ when answer.Error != SoapAnswer.NoError:
                Fail(answer.Error);
                break;
            case Step.Add when answer.Number("UniqueID") is not { } id || id > ushort.MaxValue:
                Fail(PortMappingOutcome.Nonsense, "the router gave a pinhole without a number");
                break;
            case Step.Add:
                _id = answer.Number("UniqueID");
                Hold();
                break;
            default:
                Hold();
                break;
        }
    }

    private void Hold()
    {
        External = Target.Internal;
        Become(IgdTaskState.Held);
    }

    private void HandleStatus(SoapAnswer answer)
    {
        if (answer.Error != SoapAnswer.NoError)
        {
            Fail(answer.Error);
        }
        else if (answer["FirewallEnabled"] == "0")
        {
            Fail(PortMappingOutcome.NotNeeded, "the router's firewall is off");
        }
        else if (answer["InboundPinholeAllowed"] == "0")
        {
            Fail(PortMappingOutcome.Refused, "the router's owner allows no pinholes");
        }
        else
        {
            Become(IgdTaskState.Ready);
        }
    }

    private void Go(Step step)
    {
        _step = step;
        (string, string) id = ("UniqueID", Text(_id ?? 0)), lease = ("LeaseTime", Text(Target.LeaseSeconds));
        switch (step)
        {
            case Step.Status:
                Next("GetFirewallStatus");
                break;
            case Step.Add:
                Next(
                    "AddPinhole",
                    [
                        ("RemoteHost", ""), ("RemotePort", "0"), ("InternalClient", Target.Gateway.Local.ToString()),
                        ("InternalPort", Text(Target.Port)), ("Protocol", ProtocolUdp), lease,
                    ]);
                break;
            case Step.Update:
                Next("UpdatePinhole", [id, ("NewLeaseTime", Text(Target.LeaseSeconds))]);
                break;
            default:
                Next("DeletePinhole", id);
                break;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
