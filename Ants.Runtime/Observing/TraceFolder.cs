using System.Globalization;

namespace Ants.Observing;

/// <summary>Makes a file for each traced session.</summary>
internal sealed class TraceFolder(string directory)
{
    // Sessions of one pair that begin within a millisecond.
    private const int MaxNamesakes = 100;

    // Enough of an id to tell agents apart in a listing: after "z6Mk", which all have, eight characters.
    private static readonly Range s_shortId = 4..12;

    public Stream Open(QlogSession session)
    {
        Directory.CreateDirectory(directory);
        string time = session.Start.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        string role = session.IsInitiator ? "client" : "server";
        string name = $"{time}_{Short(session.LocalId)}_{Short(session.PeerId)}_{(session.IsRelay ? "relay-" : "")}{role}";
        for (int twin = 1; ; twin++)
        {
            string path = Path.Combine(directory, twin == 1 ? $"{name}.sqlog" : $"{name}-{twin}.sqlog");
            try
            {
                return new FileStream(path, Options());
            }
            catch (IOException) when (twin < MaxNamesakes && File.Exists(path))
            {
                // Somebody has that name: the next one.
            }
        }
    }

    private static string Short(AgentId id) => id.ToString()[s_shortId];

    private static FileStreamOptions Options()
    {
        // What is written comes in large pieces already. Addresses are in it: they are the owner's business.
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
