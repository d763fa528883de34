using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class CampaignTests
{
    // What a suite that is run often can spare. A campaign is scripts/campaign.sh; ANTS_FIRST_SEED and ANTS_SEEDS=1 repeat one world of it.
    private const int DefaultSeeds = 250;

    [Test]
    public void Whatever_happens_to_the_network_every_byte_arrives_once_and_in_order()
    {
        Campaign campaign = new(Read("ANTS_FIRST_SEED", 1), Read("ANTS_SEEDS", DefaultSeeds));
        campaign.Run();
        TestContext.Out.WriteLine(campaign);
        Assert.That(campaign.Failures, Is.Empty, string.Join("\n", campaign.Failures.Take(20).Select(failure => failure.Text)));
    }

    private static int Read(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;
}
