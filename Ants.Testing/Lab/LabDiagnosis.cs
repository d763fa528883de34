namespace Ants.Testing.Lab;

/// <summary>
/// Words why no lab could be built. Asked only after the attempt has failed: the settings that it reads explain a
/// refusal, they do not decide anything.
/// </summary>
/// <param name="root">The folder under which <c>proc</c> is: "/" but in tests.</param>
/// <param name="privileged">Whether this process is root's.</param>
internal sealed class LabDiagnosis(string root, bool privileged)
{
    private const string Remedy = "sudo -E ./demo.sh";

    // CAP_SYS_ADMIN is capability 21 (linux/capability.h).
    private const int CapabilitySystemAdministrator = 21;

    /// <summary>The diagnosis of this process on this system.</summary>
    public LabDiagnosis()
        : this("/", Environment.IsPrivilegedProcess)
    {
    }

    /// <summary>One line: the probable cause, and what to do.</summary>
    /// <param name="refusal">What the attempt answered.</param>
    public string Explain(string refusal)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "The NAT lab needs Linux network namespaces; elsewhere use the simulated network (--simulated).";
        }

        IReadOnlyList<(string Tool, string Package)> missing = LabTools.Missing();
        if (missing.Count > 0)
        {
            string tools = string.Join(", ", missing.Select(one => one.Tool));
            string packages = string.Join(' ', missing.Select(one => one.Package).Distinct());
            return $"The NAT lab lacks {tools} (apt-get install {packages}): run {Remedy}, which installs them.";
        }

        string reason = string.Join(' ', refusal.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(2));
        return $"The NAT lab is not available: {Cause()} ({reason}); run {Remedy}.";
    }

    private string Cause()
    {
        if (InContainer() && !HasCapability(CapabilitySystemAdministrator))
        {
            return "this is a container without CAP_SYS_ADMIN (start it with --privileged, or use a virtual machine)";
        }

        if (privileged)
        {
            return InContainer()
                ? "this is a container that may not create namespaces or NAT rules"
                : "the kernel lets not even root create namespaces and NAT rules";
        }

        if (Setting("kernel/apparmor_restrict_unprivileged_userns") == "1")
        {
            return "AppArmor forbids unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns=1)";
        }

        if (Setting("kernel/unprivileged_userns_clone") == "0")
        {
            return "unprivileged user namespaces are switched off (kernel.unprivileged_userns_clone=0)";
        }

        return Setting("user/max_user_namespaces") == "0"
            ? "user namespaces are switched off (user.max_user_namespaces=0)"
            : "the kernel refuses this user a network namespace with NAT rules";
    }

    private bool InContainer() =>
        File.Exists(Path.Combine(root, ".dockerenv"))
        || File.Exists(Path.Combine(root, "run/.containerenv"))
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("container"));

    private bool HasCapability(int capability)
    {
        const string BoundingSet = "CapBnd:";
        string? line = File.ReadLines(Path.Combine(root, "proc/self/status")).FirstOrDefault(one => one.StartsWith(BoundingSet, StringComparison.Ordinal));
        return line is not null && ((Convert.ToUInt64(line[BoundingSet.Length..].Trim(), 16) >> capability) & 1) == 1;
    }

    private string? Setting(string name)
    {
        string path = Path.Combine(root, "proc/sys", name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
