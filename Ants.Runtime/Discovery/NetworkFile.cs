using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Ants.Discovery;

/// <summary>
/// The file of <see cref="KnownNetworks"/>, for its owner's eyes: it says in which networks the agent was. That it cannot be read or written is
/// logged, and costs a measurement. It is replaced whole or not at all; a power cut may lose the last state, which is why nothing waits for the disk.
/// </summary>
internal sealed partial class NetworkFile(string path, ILogger logger)
{
    private readonly Lock _gate = new();
    private byte[]? _pending;
    private Task _writing = Task.CompletedTask;

    /// <summary>Reads it; nothing where there is none.</summary>
    public KnownNetworks Read()
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] content = new byte[KnownNetworks.MostBytes + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return KnownNetworks.Read(content.AsSpan(0, length));
        }
        catch (FileNotFoundException)
        {
            return new KnownNetworks();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRead(path, e.Message);
            return new KnownNetworks();
        }
    }

    /// <summary>Has it written, soon, away from the caller; of several states that wait the last one.</summary>
    public void Save(KnownNetworks networks)
    {
        lock (_gate)
        {
            bool isIdle = _pending is null;
            _pending = networks.Write();
            if (isIdle)
            {
                // Nothing of the agent's depends on it, so a simulated world need not see it.
                _writing = _writing.ContinueWith(_ => WriteAll(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Completes when all that was saved is written.</summary>
    public Task FinishAsync()
    {
        lock (_gate)
        {
            return _writing;
        }
    }

    private void WriteAll()
    {
        byte[] content;
        lock (_gate)
        {
            content = _pending!;
            _pending = null;
        }

        string temporary = $"{path}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream file = new(temporary, options))
            {
                file.Write(content);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(path, e.Message);
            TryDelete(temporary);
        }
    }

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be written mostly is not there.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The networks in '{Path}' cannot be read, and are found out anew: {Reason}")]
    private partial void LogNotRead(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The networks cannot be kept in '{Path}': {Reason}")]
    private partial void LogNotWritten(string path, string reason);
}
