using System.Security;

namespace Ants.Relay.Hosting;

/// <summary>Where a relay keeps what must outlive its process.</summary>
internal static class DataFolder
{
    private const string IdentityFileName = "relay.identity";

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

        return AgentIdentity.LoadOrCreateAsync(Path.Combine(folder, IdentityFileName), cancellationToken: ct);
    }
}
