using System.Globalization;
using System.Net;
using System.Threading.Channels;

namespace Ants.Testing.Lab;

/// <summary>
/// A real miniupnpd on a NAT of the lab: hosts behind it get port mappings by PCP, NAT-PMP and UPnP, whatever the NAT's own behaviour is. They
/// lead from <see cref="ExternalAddress"/>, which nothing else uses, so that a path there can only be a mapping's.
/// </summary>
public sealed class LabMiniupnpd : IAsyncDisposable
{
    // Where mappings live, apart from the NAT's own rules.
    private const string Table = "miniupnpd";

    // What it says when it serves, the last of its start: where it speaks UPnP alone it ends with the first of them.
    private const string Ready = "Listening for NAT-PMP/PCP traffic", ReadyForUpnp = "HTTP listening on port", NoNatPmp = "enable_natpmp=no";

    // A start takes a few milliseconds; only a failing one waits so long.
    private static readonly TimeSpan s_startWithin = TimeSpan.FromSeconds(20);

    private readonly LabNat _nat;
    private readonly DirectoryInfo _files;
    private readonly List<string> _log = [];
    private LabProcess? _process;
    private string _ready = Ready;
    private Task _reading = Task.CompletedTask;

    private LabMiniupnpd(LabNat nat, DirectoryInfo files)
    {
        _nat = nat;
        _files = files;
        ExternalAddress = LabAddressPlan.Mapped(nat.Index);
    }

    /// <summary>The public address that its mappings lead from.</summary>
    public IPAddress ExternalAddress { get; }

    /// <summary>All that it has logged, of all its runs.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    private string Settings => Path.Combine(_files.FullName, "miniupnpd.conf");

    private string Leases => Path.Combine(_files.FullName, "leases");

    /// <summary>Starts it on a NAT; it serves when the task has completed.</summary>
    /// <param name="nat">Any but an open one.</param>
    /// <param name="protocols">Lines of its settings, such as <c>enable_upnp=no</c> or <c>force_igd_desc_v1=yes</c>, that stand for the same here.</param>
    /// <exception cref="LabException">miniupnpd is not installed, or does not start.</exception>
    public static async Task<LabMiniupnpd> StartAsync(LabNat nat, params string[] protocols)
    {
        ArgumentNullException.ThrowIfNull(nat);
        LabMiniupnpd router = new(nat, Directory.CreateTempSubdirectory("ants-miniupnpd-"));
        try
        {
            await File.WriteAllTextAsync(router.Settings, router.SettingsText(protocols));
            await nat.AddPublicAddressAsync(router.ExternalAddress);
            await nat.RunRulesAsync(Chains);
            await router.StartAsync();
            return router;
        }
        catch
        {
            await router.DisposeAsync();
            throw;
        }
    }

    /// <summary>What its mappings are now, as nftables has them.</summary>
    public Task<string> ListMappingsAsync() => _nat.RunAsync($"nft list chain inet {Table} prerouting_miniupnpd");

    /// <summary>Has it lose all that it knows, and start anew, as a router that lost its power.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await _nat.RunRulesAsync($"flush chain inet {Table} prerouting_miniupnpd\nflush chain inet {Table} postrouting_miniupnpd\nflush chain inet {Table} {Table}");
        File.Delete(Leases);
        await StartAsync();
    }

    /// <summary>Ends it at once; the mappings stay in the kernel, and nobody looks after them.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            await _reading;
            _process = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _files.Delete(recursive: true);
    }

    // The names are its own defaults. Its rules come before the NAT's, which let pass what has been translated.
    private static string Chains => $$"""
        table inet {{Table}} {
          chain prerouting { type nat hook prerouting priority -101; policy accept; jump prerouting_miniupnpd; }
          chain postrouting { type nat hook postrouting priority 99; policy accept; jump postrouting_miniupnpd; }
          chain forward { type filter hook forward priority -1; policy accept; jump {{Table}}; }
          chain prerouting_miniupnpd { }
          chain postrouting_miniupnpd { }
          chain {{Table}} { }
        }
        """;

    // It takes leases of a second, so that a test need not wait for two minutes, and looks for their ends that often.
    private string SettingsText(string[] protocols) => string.Create(CultureInfo.InvariantCulture, $"""
        ext_ifname=wan
        ext_ip={ExternalAddress}
        listening_ip=lan
        http_port=0
        {Unless("enable_natpmp", protocols)}
        {Unless("enable_upnp", protocols)}
        min_lifetime=1
        secure_mode=yes
        system_uptime=no
        notify_interval=3600
        clean_ruleset_interval=3600
        uuid=00000000-0000-0000-0000-00000000000{_nat.Index % 10}
        lease_file={Leases}
        ipv6_disable=yes
        upnp_table_name={Table}
        upnp_nat_table_name={Table}
        upnp_forward_chain={Table}
        upnp_nat_chain=prerouting_miniupnpd
        upnp_nat_postrouting_chain=postrouting_miniupnpd
        {string.Join('\n', protocols)}
        allow 1024-65535 0.0.0.0/0 1024-65535
        deny 0-65535 0.0.0.0/0 0-65535

        """);

    private static string Unless(string setting, string[] protocols) =>
        protocols.Any(line => line.StartsWith(setting, StringComparison.Ordinal)) ? "" : $"{setting}=yes";

    private async Task StartAsync()
    {
        _ready = (await File.ReadAllLinesAsync(Settings)).Contains(NoNatPmp) ? ReadyForUpnp : Ready;
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = await _nat.StartAsync("miniupnpd", ["-d", "-f", Settings, "-P", Path.Combine(_files.FullName, "pid")]);
        _reading = Task.WhenAll(ReadAsync(_process.Output, ready), ReadAsync(_process.Error, ready), TellEndAsync(_process, ready));
        await ready.Task.WaitAsync(s_startWithin);
    }

    private async Task ReadAsync(ChannelReader<string> lines, TaskCompletionSource ready)
    {
        await foreach (string line in lines.ReadAllAsync())
        {
            lock (_log)
            {
                _log.Add(line);
            }

            if (line.Contains(_ready, StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }
    }

    private async Task TellEndAsync(LabProcess process, TaskCompletionSource ready)
    {
        bool isMissing = await process.Exit == 127;
        ready.TrySetException(new LabException(isMissing
            ? "miniupnpd is not installed (apt-get install miniupnpd-nftables)."
            : $"miniupnpd did not start: {string.Join(' ', Log)}"));
    }
}
