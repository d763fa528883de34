using Ants.Crypto;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Keys that are the same in every run, so that every run does the same work.</summary>
internal static class Identities
{
    public static AgentIdentity At(int number)
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        BitConverter.TryWriteBytes(seed, number + 1);
        return AgentIdentity.FromSeed(seed);
    }
}
