namespace Ants.Protocol.Paths;

/// <summary>Chooses the path that carries the data. Asked whenever a path becomes usable or stops being so.</summary>
internal interface IPathSelector
{
    /// <summary>The index in <paramref name="usable"/> of the path to use. Never called with none.</summary>
    int Select(ReadOnlySpan<PathView> usable);
}
