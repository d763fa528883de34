using System.Globalization;
using System.Net;

namespace Ants.Nat;

/// <summary>A port mapping by WANIPConnection or WANPPPConnection, versions 1 and 2.</summary>
internal sealed class IgdPortTask(IgdService service, MappingTarget target, int knownPort = 0) : IgdTask(service, target)
{
    // Our own number, the second one, and two more: whoever finds all taken asks a router that says so to everything.
    private const int MostPorts = 4;

    private Step _step;
    private IPAddress? _address;
    private int _port = knownPort == 0 ? target.Port : knownPort;
    private int _portsTried;
    private bool _isClaimed, _wasDeleted;

    private enum Step
    {
        Status,
        Address,
        Look,
        Add,
        AddAny,
        DeleteFirst,
        Release,
    }

    /// <inheritdoc/>
    public override void Prepare() => Go(Step.Status);

    /// <inheritdoc/>
    public override void Claim()
    {
        (_isClaimed, MayHold) = (true, true);

        // WANIPConnection:2 section 2.5.17: the gateway chooses a port that is free. Version 1 knows only "this one or none".
        Go(Service.Version >= 2 ? Step.AddAny : Step.Add);
    }

    /// <inheritdoc/>
    public override void Renew()
    {
        (_isClaimed, MayHold, WasLost, _wasDeleted, _portsTried) = (true, true, false, false, 0);
        Go(Step.Look);
    }

    /// <inheritdoc/>
    public override void Release() => Go(Step.Release);

    /// <inheritdoc/>
    public override void Handle(SoapAnswer answer)
    {
        switch (_step)
        {
            case Step.Status:
                HandleStatus(answer);
                break;
            case Step.Address:
                HandleAddress(answer);
                break;
            case Step.Look:
                HandleLook(answer);
                break;
            case Step.AddAny when answer.Error is UpnpError.InvalidAction or UpnpError.OptionalActionNotImplemented or SoapAnswer.Unreadable:
                Go(Step.Add);
                break;
            case Step.Add or Step.AddAny when answer.Error == SoapAnswer.NoError:
                HandleAdded(_step == Step.AddAny ? answer.Number("NewReservedPort") ?? 0 : _port);
                break;
            case Step.Add or Step.AddAny:
                HandleRefusal(answer.Error);
                break;
            case Step.DeleteFirst:
                _wasDeleted = true;
                Go(Step.Add);
                break;
            default:
                MayHold = false;
                Become(IgdTaskState.Released);
                break;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Go(Step step)
    {
        _step = step;
        (string, string)[] entry = [("NewRemoteHost", ""), ("NewExternalPort", Text(_port)), ("NewProtocol", "UDP")];
        switch (step)
        {
            case Step.Status:
                Next("GetStatusInfo");
                break;
            case Step.Address:
                Next("GetExternalIPAddress");
                break;
            case Step.Look:
                Next("GetSpecificPortMappingEntry", entry);
                break;
            case Step.Add or Step.AddAny:
                Next(
                    step == Step.Add ? "AddPortMapping" : "AddAnyPortMapping",
                    [
                        .. entry, ("NewInternalPort", Text(Target.Port)), ("NewInternalClient", Target.Gateway.Local.ToString()), ("NewEnabled", "1"),
                        ("NewPortMappingDescription", MappingTarget.Description), ("NewLeaseDuration", Text(IsPermanent ? 0 : Target.LeaseSeconds)),
                    ]);
                break;
            default:
                Next("DeletePortMapping", entry);
                break;
        }
    }

    private void HandleStatus(SoapAnswer answer)
    {
        // Not every gateway has the action. One that says that it is not connected is believed: it may have another service that is.
        string status = answer["NewConnectionStatus"];
        if (status.Length > 0 && !status.Equals("Connected", StringComparison.OrdinalIgnoreCase))
        {
            Fail(PortMappingOutcome.Refused, "the router says that it is not connected");
        }
        else
        {
            Go(Step.Address);
        }
    }

    private void HandleAddress(SoapAnswer answer)
    {
        if (answer.Error != SoapAnswer.NoError)
        {
            Fail(answer.Error);
        }
        else if (!IPAddress.TryParse(answer["NewExternalIPAddress"], out IPAddress? address)
            || MappingGrant.Flaw(Target, new IPEndPoint(address, _port), Target.LeaseSeconds) is not null)
        {
            Fail(PortMappingOutcome.Nonsense, "the router names no external address that anybody can have");
        }
        else
        {
            _address = address;
            if (_isClaimed)
            {
                Go(Step.Add);
            }
            else
            {
                Become(IgdTaskState.Ready);
            }
        }
    }

    /// <summary>UPnP has no epoch: whether the router still has the mapping is seen by looking.</summary>
    private void HandleLook(SoapAnswer answer)
    {
        if (answer.Error == SoapAnswer.Unreadable)
        {
            Fail(answer.Error);
            return;
        }

        bool isOurs = answer.Error == SoapAnswer.NoError && answer["NewInternalClient"] == Target.Gateway.Local.ToString()
            && answer.Number("NewInternalPort") == Target.Port;
        WasLost = !isOurs;
        Go(Step.Address);
    }

    private void HandleAdded(int port)
    {
        if (port is <= 0 or > ushort.MaxValue)
        {
            Fail(PortMappingOutcome.Nonsense, "the router granted a port that there is not");
            return;
        }

        _port = port;
        External = new IPEndPoint(_address!, port);
        Become(IgdTaskState.Held);
    }

    private void HandleRefusal(int error)
    {
        bool isConflict = error is UpnpError.ConflictInMapping or UpnpError.ConflictWithOtherMechanisms;

        // Some call every lease but an endless one an invalid argument, or simply fail.
        bool mindsLease = error is UpnpError.OnlyPermanentLeases or UpnpError.InvalidArguments or UpnpError.ActionFailed;
        if (mindsLease && !IsPermanent)
        {
            IsPermanent = true;
            _port = External is null ? Target.SecondPort : _port;
            Go(Step.Add);
        }
        else if (isConflict && External is not null && !_wasDeleted)
        {
            // Some do not let us renew what is there: our own.
            Go(Step.DeleteFirst);
        }
        else if (isConflict && ++_portsTried < MostPorts)
        {
            _port = _portsTried == 1 ? Target.SecondPort : Following(_port);
            Go(Step.Add);
        }
        else if (error == UpnpError.SamePortValuesRequired && _port != Target.Port)
        {
            _port = Target.Port;
            Go(Step.Add);
        }
        else
        {
            MayHold = External is not null;
            Fail(error);
        }
    }

    private static int Following(int port) => port < ushort.MaxValue ? port + 1 : MappingPorts.First;
}
