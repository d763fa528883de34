namespace Ants.Nat;

/// <summary>
/// Errors of UPnP that are acted upon (UPnP Device Architecture 1.1, section 3.2.2; WANIPConnection:2, section 2.5.16 to 2.5.21;
/// WANIPv6FirewallControl:1, section 2.6).
/// </summary>
internal static class UpnpError
{
    public const int InvalidAction = 401;
    public const int InvalidArguments = 402;
    public const int ActionFailed = 501;
    public const int OptionalActionNotImplemented = 602;
    public const int ActionNotAuthorized = 606;
    public const int NoSuchPinhole = 704;
    public const int NoSuchEntry = 714;
    public const int ConflictInMapping = 718;
    public const int SamePortValuesRequired = 724;
    public const int OnlyPermanentLeases = 725;
    public const int RemoteHostOnlyWildcard = 726;
    public const int ExternalPortOnlyWildcard = 727;
    public const int NoPortMapsAvailable = 728;
    public const int ConflictWithOtherMechanisms = 729;

    /// <summary>What it means, for people.</summary>
    public static string Explain(int error) => error switch
    {
        SoapAnswer.Unreadable => "no answer that can be read",
        InvalidAction or OptionalActionNotImplemented => $"not implemented ({error})",
        InvalidArguments => "invalid arguments (402)",
        ActionFailed => "action failed (501)",
        ActionNotAuthorized => "not authorized (606)",
        ConflictInMapping or ConflictWithOtherMechanisms => $"the ports asked for are taken ({error})",
        SamePortValuesRequired => "only the same port outside as inside (724)",
        OnlyPermanentLeases => "only permanent leases (725)",
        RemoteHostOnlyWildcard or ExternalPortOnlyWildcard => $"only wildcards ({error})",
        NoPortMapsAvailable => "no port is left (728)",
        _ => $"error {error}",
    };
}
