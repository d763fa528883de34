using System.Runtime.Versioning;
using Ants.IdentityFiles;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

[CancelAfter(30_000)]
public sealed class IdentityFileTests
{
    private string _folder = null!;
    private string _path = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("ants-identity-").FullName;
        _path = Path.Combine(_folder, "bob.agent");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(null)]
    [TestCase("correct horse")]
    public async Task An_identity_is_created_once_and_then_read(string? passphrase, CancellationToken ct)
    {
        AgentIdentity created = await AgentIdentity.LoadOrCreateAsync(_path, passphrase, ct);
        AgentIdentity loaded = await AgentIdentity.LoadOrCreateAsync(_path, passphrase, ct);

        Assert.Multiple(() =>
        {
            Assert.That(loaded.Id, Is.EqualTo(created.Id));
            Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo(new[] { _path }), "nothing else is left there");
        });
    }

    [Platform(Exclude = "Win", Reason = "Windows guards files by their folders.")]
    [UnsupportedOSPlatform("windows")]
    [Test]
    public async Task Only_the_owner_can_read_the_file(CancellationToken ct)
    {
        await AgentIdentity.LoadOrCreateAsync(_path, cancellationToken: ct);

        Assert.That(File.GetUnixFileMode(_path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Platform(Exclude = "Win", Reason = "Windows guards files by their folders.")]
    [UnsupportedOSPlatform("windows")]
    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public async Task A_file_open_to_others_is_refused_with_the_command_that_helps(UnixFileMode extra, CancellationToken ct)
    {
        await AgentIdentity.LoadOrCreateAsync(_path, cancellationToken: ct);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);

        AntsException refusal = Refusal(_path);
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Error, Is.EqualTo(AntsError.IdentityUnreadable));
            Assert.That(refusal.Message, Does.Contain($"chmod 600 '{_path}'"));
        });
    }

    [Test]
    public async Task Many_who_create_it_at_once_all_get_the_same_identity(CancellationToken ct)
    {
        AgentIdentity[] all = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => AgentIdentity.LoadOrCreateAsync(_path, cancellationToken: ct), ct)));

        Assert.Multiple(() =>
        {
            Assert.That(all.Select(i => i.Id).Distinct().Count(), Is.EqualTo(1));
            Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
        });
    }

    [TestCase("")]
    [TestCase("not an identity")]
    [TestCase("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")]
    public void A_file_of_another_kind_is_refused_in_one_line_and_left_as_it_is(string content)
    {
        WritePrivately(content);

        AntsException refusal = Refusal(_path);
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Error, Is.EqualTo(AntsError.IdentityUnreadable));
            Assert.That(refusal.Message, Does.Contain(_path).And.Not.Contain("\n"));
            Assert.That(File.ReadAllText(_path), Is.EqualTo(content));
        });
    }

    [Test]
    public void A_large_file_is_refused_without_being_read()
    {
        WritePrivately(new string('x', 1_000_000));

        Assert.That(Refusal(_path).Message, Does.Contain("too large"));
    }

    [TestCase(null)]
    [TestCase("battery staple")]
    public async Task A_missing_or_wrong_passphrase_is_said_to_be_that(string? passphrase, CancellationToken ct)
    {
        await AgentIdentity.LoadOrCreateAsync(_path, "correct horse", ct);

        AntsException refusal = Refusal(_path, passphrase);
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Error, Is.EqualTo(AntsError.IdentityUnreadable));
            Assert.That(refusal.Message, Does.Contain("passphrase"));
            Assert.That(refusal.InnerException, Is.InstanceOf<IdentityFormatException>());
        });
    }

    [Test]
    public void A_missing_folder_and_a_folder_in_its_place_are_named()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Refusal(Path.Combine(_folder, "none", "bob.agent")).Message, Does.Contain("does not exist"));
            Assert.That(Refusal(_folder).Message, Does.Contain("it is a folder"));
        });
    }

    [Test]
    public async Task A_second_agent_on_the_same_file_is_refused_until_the_first_ends(CancellationToken ct)
    {
        AgentIdentity first = await AgentIdentity.LoadOrCreateAsync(_path, cancellationToken: ct);
        AgentIdentity second = await AgentIdentity.LoadOrCreateAsync(_path, cancellationToken: ct);

        using (IdentityLock.Acquire(first))
        {
            AntsException? refusal = Assert.Throws<AntsException>(() => IdentityLock.Acquire(second));
            Assert.Multiple(() =>
            {
                Assert.That(refusal!.Error, Is.EqualTo(AntsError.IdentityLocked));
                Assert.That(refusal.Message, Does.Contain(_path).And.Contain("in use"));
                Assert.That(Refusal(_path).Error, Is.EqualTo(AntsError.IdentityLocked));
            });
        }

        using IdentityLock? later = IdentityLock.Acquire(second);
        Assert.That(later, Is.Not.Null);
    }

    [Test]
    public void An_identity_without_a_file_has_nothing_to_lock()
    {
        using AgentIdentity identity = AgentIdentity.Generate();

        Assert.That(IdentityLock.Acquire(identity), Is.Null);
    }

    private static AntsException Refusal(string path, string? passphrase = null) =>
        Assert.ThrowsAsync<AntsException>(() => AgentIdentity.LoadOrCreateAsync(path, passphrase))!;

    private void WritePrivately(string content)
    {
        File.WriteAllText(_path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
