using NUnit.Framework;

namespace Ants.Tests.Simulation.Observing;

/// <summary>Traces on a real disk, or on none.</summary>
public class TraceFolderTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("ants-qlog-");

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public void Each_session_has_a_file_that_its_owner_alone_can_read()
    {
        string traces = System.IO.Path.Combine(_folder.FullName, "a", "b");
        string alice = "", bob = "";
        ObservedPair.Run(
            pair =>
            {
                (alice, bob) = (pair.Alice.Id.ToString()[4..12], pair.Bob.Id.ToString()[4..12]);
                return pair.World.UntilDirectAsync(pair.Session);
            },
            options => options.Qlog = QlogOptions.ToDirectory(traces));
        string[] files = Directory.GetFiles(traces);
        Assert.That(files, Has.Length.EqualTo(2));
        string ofPeer = files.Single(file => file.EndsWith($"Z_{alice}_{bob}_client.sqlog", StringComparison.Ordinal));
        Assert.That(files.Single(file => file != ofPeer), Does.EndWith("_relay-client.sqlog"));
        Assert.That(new TraceReader(File.ReadAllBytes(ofPeer)).Events[^1].Name, Is.Not.Empty);
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(ofPeer), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_is_warned_of_once_and_the_session_goes_on() =>
        Warns(new QlogOptions { Open = _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write) });

    [Test]
    public void A_folder_that_cannot_be_written_is_warned_of_once_and_the_session_goes_on()
    {
        string file = System.IO.Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "not a folder");
        Warns(QlogOptions.ToDirectory(System.IO.Path.Combine(file, "traces")));
    }

    private static void Warns(QlogOptions qlog)
    {
        List<string> warnings = [];
        ObservedPair.Run(pair => pair.CutAndRestoreAsync(), options =>
        {
            options.Qlog = qlog;
            options.LoggerFactory = new WarningBox(warnings);
        });
        Assert.That(warnings.Where(warning => warning.Contains("qlog", StringComparison.Ordinal)), Has.Exactly(1).Items);
    }
}
