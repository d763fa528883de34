using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Ants.IdentityFiles;

/// <summary>The bytes of one identity file: bounded reading, writing whole or not at all, for the owner's eyes.</summary>
internal sealed class IdentityStore
{
    // An identity takes some hundred bytes; nobody's other file is read into memory because its name was mistyped.
    private const int MaxSize = 16 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _path;

    public IdentityStore(string path)
    {
        _path = path;
        FullPath = Path.GetFullPath(path);
    }

    public string FullPath { get; }

    /// <summary>The file; <see langword="null"/> when there is none.</summary>
    public async Task<IdentityContent?> TryReadAsync(CancellationToken ct)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(FullPath, options: FileOptions.Asynchronous);
            long size = RandomAccess.GetLength(handle);
            if (size is 0 or > MaxSize)
            {
                throw Unreadable(size == 0 ? "it is empty" : "it is too large to be an identity file");
            }

            byte[] content = new byte[size];
            int read = await RandomAccess.ReadAsync(handle, content, 0, ct);
            return new IdentityContent(content.AsMemory(0, read), IsOpenToOthers(handle));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Describe(e);
        }
    }

    /// <summary>Writes a new file; <see langword="false"/>, and nothing is changed, when there is one already.</summary>
    public async Task<bool> TryCreateAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        string temporary = $"{FullPath}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        try
        {
            await WriteAsync(temporary, content, ct);

            if (!ExclusiveMove.TryMove(temporary, FullPath))
            {
                return false;
            }

            FolderSync.Flush(Path.GetDirectoryName(FullPath)!);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Describe(e);
        }
        finally
        {
            RemoveIfLeft(temporary);
        }
    }

    /// <summary>The error for a file that is there and of no use.</summary>
    public AntsException Unreadable(string reason, Exception? cause = null) =>
        new(AntsError.IdentityUnreadable, $"The identity file '{_path}' cannot be used: {reason}.", cause);

    /// <summary>The error for an identity file that others can read or change.</summary>
    public AntsException OpenToOthers() =>
        Unreadable($"other users can read or change it; if it was never out of your hands, run: chmod 600 '{_path}'");

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using FileStream file = new(path, options);
        await file.WriteAsync(content, ct);
        file.Flush(flushToDisk: true);
    }

    private static void RemoveIfLeft(string temporary)
    {
        if (File.Exists(temporary))
        {
            File.Delete(temporary);
        }
    }

    // Windows guards a user's files by the folders that they stand in.
    private static bool IsOpenToOthers(SafeFileHandle handle) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & Others) != UnixFileMode.None;

    private AntsException Describe(Exception cause) => cause switch
    {
        _ when IdentityLock.IsHeldElsewhere(cause) => IdentityLock.Locked(_path, cause),
        DirectoryNotFoundException => Unreadable($"the folder '{Path.GetDirectoryName(FullPath)}' does not exist", cause),
        UnauthorizedAccessException when Directory.Exists(FullPath) => Unreadable("it is a folder", cause),
        UnauthorizedAccessException => Unreadable("this user may not read it, or not create it there", cause),
        _ => Unreadable(cause.Message.TrimEnd('.'), cause),
    };
}
