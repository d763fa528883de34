using System.Globalization;
using System.Security;

namespace Ants.Relay.Hosting;

/// <summary>Where a relay keeps what must outlive its process.</summary>
internal static class DataFolder
{
    private const string IdentityFileName = "relay.identity";

    private const string ProcessFileName = "relay.pid";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The relay's identity from its file in the folder; folder and file are created if missing.</summary>
    /// <exception cref="AntsException"><see cref="AntsError.IdentityUnreadable"/> or <see cref="AntsError.IdentityLocked"/>.</exception>
    public static Task<AgentIdentity> LoadIdentityAsync(string folder, CancellationToken ct)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                // The mode is for a folder that is created; one that is there belongs to whoever set it up.
                Directory.CreateDirectory(folder, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            throw new AntsException(AntsError.IdentityUnreadable,
                $"--data '{folder}' cannot be used: {e.Message} A folder that this user may write to is accepted; it is created if missing.", e);
        }

        return AgentIdentity.LoadOrCreateAsync(IdentityPath(folder), cancellationToken: ct);
    }

    /// <summary>Where the identity of a relay on the folder is.</summary>
    public static string IdentityPath(string folder) => Path.Combine(folder, IdentityFileName);

    /// <summary>
    /// Says, until disposed, which process runs on the folder. Whoever reads it also looks whether the identity is locked: a
    /// process that was killed leaves its file behind.
    /// </summary>
    /// <exception cref="AntsException"><see cref="AntsError.IdentityUnreadable"/>: the folder cannot be written to.</exception>
    public static IDisposable WriteProcess(string folder)
    {
        string path = Path.Combine(folder, ProcessFileName);
        try
        {
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new ProcessFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AntsException(AntsError.IdentityUnreadable, $"--data '{folder}' cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>The process that said it runs on the folder; <see langword="null"/> when none did.</summary>
    public static int? ReadProcess(string folder)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(folder, ProcessFileName));
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0 ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            return null;
        }
    }

    private sealed class ProcessFile(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
