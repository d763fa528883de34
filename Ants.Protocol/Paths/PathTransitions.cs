namespace Ants.Protocol.Paths;

/// <summary>
/// The one table of path states. A pair that is not listed leaves the state as it is; a test prints every pair.
/// </summary>
internal static class PathTransitions
{
    public static PathState Next(PathState state, PathTrigger trigger) => (state, trigger) switch
    {
        (PathState.Abandoned, _) => PathState.Abandoned,
        (_, PathTrigger.Abandon) => PathState.Abandoned,

        (PathState.Unknown, PathTrigger.Challenge) => PathState.Validating,
        (PathState.Unknown, PathTrigger.Validated) => PathState.Standby,
        (PathState.Unknown, PathTrigger.Failure) => PathState.Failed,

        (PathState.Validating, PathTrigger.Validated) => PathState.Standby,
        (PathState.Validating, PathTrigger.Failure) => PathState.Failed,

        (PathState.Standby, PathTrigger.Selected) => PathState.Active,
        (PathState.Standby, PathTrigger.Failure) => PathState.Failed,

        (PathState.Active, PathTrigger.Deselected) => PathState.Standby,
        (PathState.Active, PathTrigger.Failure) => PathState.Failed,

        (PathState.Failed, PathTrigger.Challenge) => PathState.Validating,
        (PathState.Failed, PathTrigger.Validated) => PathState.Standby,

        _ => state,
    };
}
