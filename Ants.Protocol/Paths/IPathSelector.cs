namespace Ants.Protocol.Paths;

/// <summary>Chooses the path that carries the data. Asked whenever a path becomes usable or stops being so.</summary>
internal interface IPathSelector
{
    /// <summary>
    /// The index in <paramref name="usable"/> of the path to use. Never called with none. That the active path is suspected is no reason to
    /// leave it: it is taken out when it has been found dead.
    /// </summary>
    int Select(ReadOnlySpan<PathView> usable);

    /// <summary>
    /// The index in <paramref name="standbys"/> of the path that is most likely to work when <paramref name="failing"/> does not. Never called
    /// with none.
    /// </summary>
    int SelectFallback(ReadOnlySpan<PathView> standbys, in PathView failing);
}
