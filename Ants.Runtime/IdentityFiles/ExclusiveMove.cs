using System.Runtime.InteropServices;

namespace Ants.IdentityFiles;

/// <summary>Gives a finished file its name, unless the name is taken: of two who try at once, one wins.</summary>
/// <remarks>
/// <see cref="File.Move(string, string, bool)"/> looks first and renames then, so the later of two creators would replace
/// the other's file. A hard link is refused by the file system itself.
/// </remarks>
internal static partial class ExclusiveMove
{
    // EEXIST, of Linux, macOS and the BSDs alike.
    private const int Exists = 17;

    /// <summary>Moves <paramref name="source"/>; false, and nothing is changed, when <paramref name="destination"/> exists.</summary>
    /// <exception cref="IOException">The move failed for another reason.</exception>
    public static bool TryMove(string source, string destination)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(source, destination) == 0)
            {
                File.Delete(source);
                return true;
            }

            if (Marshal.GetLastPInvokeError() == Exists)
            {
                return false;
            }

            // A file system without hard links (FAT): the look before the move is all that there is.
        }

        try
        {
            File.Move(source, destination, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(destination))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string source, string destination);
}
