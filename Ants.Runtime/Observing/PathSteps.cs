using Ants.Protocol;

namespace Ants.Observing;

/// <summary>Names the steps between paths, for metrics, traces and activities alike.</summary>
internal static class PathSteps
{
    public static PathStep Of(CarrierAddress? before, CarrierAddress after)
    {
        if (before is not { } known || known == after)
        {
            return PathStep.None;
        }

        return (known.Kind == CarrierKind.Udp, after.Kind == CarrierKind.Udp) switch
        {
            (false, true) => PathStep.Promotion,
            (true, false) => PathStep.Fallback,
            (true, true) => PathStep.Migration,
            _ => PathStep.Detour,
        };
    }

    public static string Name(PathStep step) => step switch
    {
        PathStep.Promotion => "promotion",
        PathStep.Fallback => "fallback",
        PathStep.Migration => "migration",
        PathStep.Detour => "detour",
        _ => "first",
    };

    /// <summary>How a session between two agents travels.</summary>
    public static string PathName(CarrierKind carrier) => carrier == CarrierKind.Udp ? "direct" : "relayed";

    /// <summary>The carrier by itself.</summary>
    public static string CarrierName(CarrierKind carrier) => carrier switch
    {
        CarrierKind.Udp => "udp",
        CarrierKind.WebSocket => "websocket",
        _ => "relayed",
    };
}
