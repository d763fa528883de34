using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>What the lab's tests share: a lab for each test, sockets in its hosts, and waiting with a deadline.</summary>
[Category("NatLab")]
internal abstract class LabFixture
{
    // Where the lab must be there, a test that cannot have it fails instead of being ignored.
    private const string RequireLab = "ANTS_REQUIRE_LAB";

    // Far above what anything here takes on a busy machine with two cores; only a failing test waits so long.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // "Port 0": any free port.
    protected const int AnyPort = 0;

    /// <summary>Creates a lab; without one the test is ignored, or fails where it must not be.</summary>
    /// <param name="ladder">The rungs to try; all of them in their order by default.</param>
    protected static async Task<NatLab> CreateLabAsync(params LabIsolation[] ladder)
    {
        try
        {
            return ladder is [] ? await NatLab.CreateAsync() : await NatLab.CreateAsync(ladder, CancellationToken.None);
        }
        catch (LabUnavailableException unavailable)
        {
            if (Environment.GetEnvironmentVariable(RequireLab) == "1")
            {
                Assert.Fail(unavailable.Message);
            }

            Assert.Ignore(unavailable.Message);
            throw;
        }
    }

    /// <summary>Does what needs a miniupnpd; where none is installed the test is ignored.</summary>
    protected static async Task<T> WithMiniupnpdAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (LabException missing) when (missing.Message.Contains("not installed", StringComparison.Ordinal))
        {
            Assert.Ignore(missing.Message);
            throw;
        }
    }

    /// <summary>Polls until the condition holds.</summary>
    protected static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        long begin = Environment.TickCount64;
        while (!await condition())
        {
            Assert.That(Environment.TickCount64 - begin, Is.LessThan(Patience.TotalMilliseconds), $"gave up waiting until {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Sends a datagram that the NAT must refuse, and waits until it has counted the refusal.</summary>
    protected static async Task AssertRefusedAsync(LabNat nat, LabSocket from, IPEndPoint to)
    {
        long before = (await nat.ReadCountersAsync()).Refused;
        await from.SendAsync(to, "unwanted");
        await EventuallyAsync(async () => (await nat.ReadCountersAsync()).Refused == before + 1, $"{nat.Name} refuses what comes from {from.Local}");
    }
}
