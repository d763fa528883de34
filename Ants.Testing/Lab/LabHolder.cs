using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ants.Testing.Lab;

/// <summary>
/// The process that keeps a lab's namespaces alive, and the shell that builds in them.
/// </summary>
/// <remarks>
/// It is the first process of the lab's process namespace: when it ends, the kernel ends everything in the lab, and
/// with the last process go the network namespaces and their interfaces. It ends when its standard input does, thus
/// also when we are killed. Scripts run one after the other; programs of the lab's hosts do not run here, they
/// enter the namespaces themselves (<see cref="CommandIn"/>).
/// </remarks>
internal sealed class LabHolder : IAsyncDisposable
{
    // No script takes more than a second even on a busy machine; one that hangs must not hang its caller for good.
    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(30);

    // Precedes the exit code of a script in the shell's answer; no tool prints it.
    private const string EndOfScript = "--- end of script ";

    // A private /run, for `ip netns`; the outer /proc, by which a program learns the process id that we know it by; a
    // /proc of our own, which a container may forbid and which we can do without. Then each right that the lab lives
    // on is tried: a network namespace, a pair of interfaces, a NAT rule.
    private const string Preparation = """
        mount -t tmpfs tmpfs /run
        mkdir /run/outer-proc
        mount --rbind /proc /run/outer-proc
        mount -t proc proc /proc || true
        ip netns add probe
        ip -n probe link add probe0 type veth peer name probe1
        ip netns exec probe nft -f - <<'RULES'
        table ip probe { chain nat { type nat hook postrouting priority 100; oifname "probe0" masquerade; }; }
        RULES
        ip netns del probe
        """;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Process _process;
    private readonly Task<string> _errors;
    private bool _disposed;

    private LabHolder(Process process, LabIsolation isolation)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        Isolation = isolation;
    }

    public LabIsolation Isolation { get; }

    /// <summary>The id, in our process namespace, of the first process of the lab's.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Creates the namespaces and tries whether they will do.</summary>
    /// <exception cref="LabException">They will not.</exception>
    public static async Task<LabHolder> StartAsync(LabIsolation isolation, CancellationToken cancellationToken)
    {
        string[] user = isolation == LabIsolation.UserNamespace ? ["--user", "--map-root-user"] : [];
        ProcessStartInfo start = LabProcess.StartInfo(
            LabTools.Locate("setsid"),
            [
                LabTools.Locate("unshare"), .. user, "--mount", "--net", "--pid", "--fork", "--kill-child",
                "sh", "-c", "read -r pid rest </proc/self/stat && echo $pid && exec sh",
            ]);

        LabHolder holder = new(LabProcess.Launch(start), isolation);
        try
        {
            string? id = await holder._process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(ScriptTimeout, cancellationToken);
            holder.ProcessId = id is not null
                ? int.Parse(id, CultureInfo.InvariantCulture)
                : throw new LabException((await holder._errors).Trim());
            await holder.RunAsync(Preparation);
            return holder;
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command that runs a program in one of the lab's network namespaces.</summary>
    public string[] CommandIn(string networkNamespace)
    {
        string[] user = Isolation == LabIsolation.UserNamespace ? ["--user", "--preserve-credentials"] : [];
        return
        [
            LabTools.Locate("nsenter"), "--target", ProcessId.ToString(CultureInfo.InvariantCulture),
            .. user, "--mount", "--net", "--pid", "--",
            LabTools.Locate("ip"), "netns", "exec", networkNamespace,
        ];
    }

    /// <summary>Runs shell commands as the lab's root; the first that fails ends them.</summary>
    /// <returns>What they printed.</returns>
    /// <exception cref="LabException">One of them failed.</exception>
    public async Task<string> RunAsync(string script)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteAsync($"( set -e\n{script}\n) </dev/null 2>&1; echo \"{EndOfScript}$?\"\n");
            await _process.StandardInput.FlushAsync();
            return await ReadAnswerAsync(script).WaitAsync(ScriptTimeout);
        }
        catch (IOException gone)
        {
            throw new LabException("The lab is gone: its first process has ended.", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        if (ProcessId != 0 && !_process.HasExited)
        {
            UnixSignal.Send(ProcessId, UnixSignal.Kill);
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private async Task<string> ReadAnswerAsync(string script)
    {
        StringBuilder answer = new();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(EndOfScript, StringComparison.Ordinal))
            {
                answer.AppendLine(line);
                continue;
            }

            return line.AsSpan(EndOfScript.Length).SequenceEqual("0")
                ? answer.ToString()
                : throw new LabException($"{answer.ToString().Trim()}\nin the script:\n{script}");
        }

        throw new LabException("The lab is gone: its first process has ended.");
    }
}
