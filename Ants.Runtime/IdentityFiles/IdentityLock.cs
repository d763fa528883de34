using System.Runtime.CompilerServices;

namespace Ants.IdentityFiles;

/// <summary>
/// Holds an identity's file while an agent runs on it. The lock is the operating system's, on the open file itself
/// (flock, or a sharing mode on Windows): it leaves nothing behind, not even when the process is killed.
/// </summary>
internal sealed class IdentityLock : IDisposable
{
    // What .NET reports when another handle holds the file: EWOULDBLOCK of Linux and of the BSDs (and macOS), and
    // ERROR_SHARING_VIOLATION.
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    // An identity knows no file; which one it came from is remembered here for as long as the identity lives.
    private static readonly ConditionalWeakTable<AgentIdentity, string> s_paths = [];

    private readonly FileStream _file;

    private IdentityLock(FileStream file) => _file = file;

    /// <summary>Notes the file that an identity was read from or written to.</summary>
    public static AgentIdentity Remember(AgentIdentity identity, string path)
    {
        s_paths.AddOrUpdate(identity, path);
        return identity;
    }

    /// <summary>The file that an identity came from; <see langword="null"/> for none.</summary>
    public static string? PathOf(AgentIdentity identity) => s_paths.TryGetValue(identity, out string? path) ? path : null;

    /// <summary>Locks the identity's file until disposed; <see langword="null"/> when the identity did not come from a file.</summary>
    /// <exception cref="AntsException"><see cref="AntsError.IdentityLocked"/> or <see cref="AntsError.IdentityUnreadable"/>.</exception>
    public static IdentityLock? Acquire(AgentIdentity identity)
    {
        if (!s_paths.TryGetValue(identity, out string? path))
        {
            return null;
        }

        try
        {
            return new IdentityLock(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0));
        }
        catch (Exception e) when (IsHeldElsewhere(e))
        {
            throw Locked(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AntsException(
                AntsError.IdentityUnreadable, $"The identity file '{path}' cannot be locked: {e.Message}", e);
        }
    }

    /// <summary>Whether somebody runs on the identity's file.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return IsHeldElsewhere(e);
        }
    }

    /// <summary>Whether opening a file failed because someone holds it.</summary>
    public static bool IsHeldElsewhere(Exception error) =>
        error is IOException { HResult: LinuxWouldBlock or BsdWouldBlock or WindowsSharingViolation };

    /// <summary>The error for a file that someone holds.</summary>
    public static AntsException Locked(string path, Exception cause) => new(
        AntsError.IdentityLocked,
        $"The identity file '{path}' is in use by a running agent: stop that one, or name another file for this one.",
        cause);

    /// <summary>Lets the file go.</summary>
    public void Dispose() => _file.Dispose();
}
