namespace Ants.Tests.Unit.Crypto;

/// <summary>Identities that tests share, from seeds that no one could mistake for secrets.</summary>
internal static class Agents
{
    public static AgentIdentity Alice() => FromByte(0xa1);

    public static AgentIdentity Bob() => FromByte(0xb0);

    public static AgentIdentity Carol() => FromByte(0xca);

    /// <summary>The identity of a number, when many are needed.</summary>
    public static AgentIdentity Identity(int number)
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        BitConverter.TryWriteBytes(seed, number);
        return AgentIdentity.FromSeed(seed);
    }

    /// <summary>The id of a number.</summary>
    public static AgentId Numbered(int number)
    {
        using AgentIdentity identity = Identity(number);
        return identity.Id;
    }

    public static AgentIdentity FromByte(byte value)
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        Array.Fill(seed, value);
        return AgentIdentity.FromSeed(seed);
    }
}
