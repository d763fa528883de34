namespace Ants.Testing.Fabric;

/// <summary>The network between each ordered pair of hosts: its state, its own conditions if it has some, its cuts.</summary>
internal sealed class PathTable
{
    private readonly Dictionary<(int From, int To), Path> _paths = [];

    /// <summary>The path of one direction. A receiver that is not known is <see langword="null"/>.</summary>
    public Path Get(SimulatedHost from, SimulatedHost? to)
    {
        (int, int) key = (from.Id, to?.Id ?? -1);
        if (!_paths.TryGetValue(key, out Path? path))
        {
            path = new Path();
            _paths.Add(key, path);
        }

        return path;
    }

    /// <summary>Ends all cuts.</summary>
    public void RestoreAll()
    {
        foreach (Path path in _paths.Values)
        {
            path.IsCut = false;
        }
    }
}
