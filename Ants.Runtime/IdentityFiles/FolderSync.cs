using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ants.IdentityFiles;

/// <summary>
/// Brings a folder's entries to the disk. A renamed file is otherwise lost in a power cut of the next seconds, and with
/// it an identity that peers have been told already.
/// </summary>
internal static partial class FolderSync
{
    // O_RDONLY: how a folder is opened for fsync on every Unix.
    private const int ReadOnly = 0;

    /// <summary>Flushes the folder, where the system has a way to: .NET opens no folders, and Windows needs no such call.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        using SafeFileHandle handle = new(Open(folder, ReadOnly), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
