using System.Net;
using System.Net.Sockets;
using System.Text;
using Ants.Discovery;
using Ants.Nat;
using Ants.Tests.Unit.Runtime.Driving;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Discovery;

/// <summary>What was found in a network is kept, and nothing else is believed.</summary>
public sealed class KnownNetworksTests
{
    private const string Line =
        "192.168.1.1 203.0.113.9 EndpointIndependent True AddressAndPortDependent True Preserving 0 False 120 150 203.0.113.9 1764100000";

    private static readonly Gen<KnownNetwork> GenNetwork = Gen.Select(
        Gen.Bool.SelectMany(v6 => Gen.Byte.Array[v6 ? 16 : 4]).Select(bytes => EndPoints.Unmap(new IPAddress(bytes))),
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[-64, 64]),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 2]),
        Gen.Select(Gen.Int[0, 600], Gen.Int[0, 600], Gen.Int[0, int.MaxValue]),
        (external, kinds, flags, times) => new KnownNetwork(
            NetworkKey.Of(flags.Item1 ? IPAddress.Parse("192.168.1.1") : null, external),
            new NatBehaviour
            {
                Family = external.AddressFamily,
                Mapping = (MappingBehaviour)kinds.Item1,
                IsMappingExact = flags.Item1,
                Filtering = (FilteringBehaviour)kinds.Item2,
                IsFilteringExact = flags.Item2,
                Allocation = (PortAllocation)kinds.Item3,
                AllocationStep = kinds.Item4,
                Hairpinning = flags.Item3 == 0 ? null : flags.Item3 == 1,
                ExternalAddresses = [external],
                MeasuredAt = DateTimeOffset.FromUnixTimeSeconds(times.Item3),
            },
            new LifetimeBounds(TimeSpan.FromSeconds(times.Item1), times.Item2 == 0 ? null : TimeSpan.FromSeconds(times.Item2))));

    [Test]
    public void A_line_is_this()
    {
        Assert.That(KnownNetwork.TryRead(Line, out KnownNetwork? network));
        Assert.That(network!.Write(), Is.EqualTo(Line));
        Assert.That(network.Behaviour.FromCache);
        Assert.That(network.Behaviour.BindingLifetime, Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That(network.Key, Is.EqualTo(new NetworkKey(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("203.0.113.9"))));
    }

    [Test]
    public void What_is_written_is_read_back() => GenNetwork.Array[0, 20].Sample(networks =>
    {
        KnownNetworks known = new();
        Array.ForEach(networks, known.Remember);
        KnownNetworks read = KnownNetworks.Read(known.Write());
        return read.Count == known.Count && read.Write().AsSpan().SequenceEqual(known.Write()) && networks.All(network => read.Find(network.Key) is not null);
    });

    [Test]
    public void No_bytes_make_it_throw_and_what_is_read_is_what_was_written() =>
        Gen.Select(Gen.Int[0, Line.Length - 1], Gen.Char[' ', '~'], Gen.Byte.Array[0, 60], Gen.Bool).Sample((place, other, bytes, isNoise) =>
        {
            string line = Line[..place] + other + Line[(place + 1)..];
            byte[] content = isNoise ? bytes : Encoding.UTF8.GetBytes($"ants networks 1\n{line}\n");
            KnownNetworks read = KnownNetworks.Read(content);
            return read.Count == 0 || read.Write().AsSpan().SequenceEqual(content);
        });

    [TestCase("")]
    [TestCase("ants networks 2\n" + Line + "\n")]
    [TestCase("ants networks 1\n" + Line)]
    [TestCase("ants networks 1\r\n" + Line + "\r\n")]
    [TestCase("ants networks 1\n\n")]
    [TestCase("ants networks 1\n" + Line + "\n" + Line + " \n")]
    public void A_file_that_is_not_wholly_right_is_none(string content) => Assert.That(KnownNetworks.Read(Encoding.UTF8.GetBytes(content)).Count, Is.Zero);

    [Test]
    public void Only_the_last_32_are_kept_and_fit_the_file()
    {
        KnownNetworks known = new();
        for (byte i = 0; i < 100; i++)
        {
            Assert.That(KnownNetwork.TryRead(Line.Replace("203.0.113.9", $"203.0.113.{i}", StringComparison.Ordinal), out KnownNetwork? network));
            known.Remember(network!);
        }

        byte[] written = known.Write();
        Assert.That((known.Count, written.Length < KnownNetworks.MostBytes, KnownNetworks.Read(written).Count), Is.EqualTo((32, true, 32)));
        Assert.That(known.Find(new NetworkKey(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("203.0.113.67"))), Is.Null);
        Assert.That(known.Find(new NetworkKey(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("203.0.113.68"))), Is.Not.Null);
    }

    [Test]
    public void An_IPv6_host_that_changes_its_address_is_in_the_same_network()
    {
        IPAddress router = IPAddress.Parse("fe80::1%3");
        Assert.That(NetworkKey.Of(router, IPAddress.Parse("2001:db8::1")), Is.EqualTo(NetworkKey.Of(IPAddress.Parse("fe80::1"), IPAddress.Parse("2001:db8::9:9"))));
        Assert.That(NetworkKey.Of(router, IPAddress.Parse("2001:db8::1")), Is.Not.EqualTo(NetworkKey.Of(router, IPAddress.Parse("2001:db8:0:1::1"))));
    }

    [Test]
    public async Task A_file_is_replaced_whole_and_is_its_owner_s_alone()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ants-networks-");
        try
        {
            NetworkFile file = new(System.IO.Path.Combine(folder.FullName, "alice.networks"), NullLogger.Instance);
            Assert.That(file.Read().Count, Is.Zero);
            KnownNetworks known = new();
            Assert.That(KnownNetwork.TryRead(Line, out KnownNetwork? network));
            known.Remember(network!);
            for (int i = 0; i < 10; i++)
            {
                file.Save(known);
            }

            await file.FinishAsync();
            Assert.That(file.Read().Write(), Is.EqualTo(known.Write()));
            FileInfo written = folder.GetFiles().Single();
            if (!OperatingSystem.IsWindows())
            {
                Assert.That(written.UnixFileMode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Where_nothing_can_be_kept_a_warning_says_so_and_nothing_fails()
    {
        Notes notes = new();
        NetworkFile file = new(System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString("N"), "none", "x.networks"), notes);
        Assert.That(file.Read().Count, Is.Zero);
        file.Save(new KnownNetworks());
        await file.FinishAsync();
        Assert.That(notes.Said, Has.Some.Contains("cannot be kept"));
    }
}
