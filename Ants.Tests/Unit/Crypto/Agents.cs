namespace Ants.Tests.Unit.Crypto;

/// <summary>Identities that tests share, from seeds that no one could mistake for secrets.</summary>
internal static class Agents
{
    public static AgentIdentity Alice() => FromByte(0xa1);

    public static AgentIdentity Bob() => FromByte(0xb0);

    public static AgentIdentity Carol() => FromByte(0xca);

    public static AgentIdentity FromByte(byte value)
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        Array.Fill(seed, value);
        return AgentIdentity.FromSeed(seed);
    }
}
