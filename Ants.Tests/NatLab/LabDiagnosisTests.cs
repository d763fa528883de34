using System.Runtime.Versioning;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>The line that says why there is no lab, on systems laid out in a folder.</summary>
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class LabDiagnosisTests
{
    private const string AllCapabilities = "CapBnd:\t000001ffffffffff\n";
    private const string FewCapabilities = "CapBnd:\t00000000a80425fb\n";

    private string _root = "";

    [SetUp]
    public void LayOut()
    {
        if (LabTools.Missing().Count > 0)
        {
            Assert.Ignore("The lab's tools are missing here, which is told before all else.");
        }

        _root = Directory.CreateTempSubdirectory("ants-diagnosis").FullName;
        Write("proc/self/status", AllCapabilities);
    }

    [TearDown]
    public void Remove()
    {
        if (_root.Length > 0)
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    [TestCase("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor")]
    [TestCase("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=0")]
    [TestCase("user/max_user_namespaces", "0", "user.max_user_namespaces=0")]
    [TestCase("user/max_user_namespaces", "1000", "refuses this user")]
    public void A_setting_that_forbids_it_is_named(string setting, string value, string cause)
    {
        Write($"proc/sys/{setting}", value + "\n");

        AssertOneLine(privileged: false, cause);
    }

    [Test]
    public void A_container_without_the_capability_is_named()
    {
        Write(".dockerenv", "");
        Write("proc/self/status", FewCapabilities);

        AssertOneLine(privileged: true, "container without CAP_SYS_ADMIN");
    }

    [Test]
    public void Root_is_not_told_of_what_restricts_others()
    {
        Write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        AssertOneLine(privileged: true, "not even root");
    }

    private void AssertOneLine(bool privileged, string cause)
    {
        string line = new LabDiagnosis(_root, privileged).Explain("unshare: Operation not permitted\nin the script:\n");

        Assert.That(line, Does.Contain(cause).And.EndWith("run sudo -E ./demo.sh.").And.Not.Contain("\n"));
    }

    private void Write(string path, string content)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
