namespace Ants.Protocol.Relaying;

/// <summary>Types of <see cref="RelayControlMessage"/>; a reader ignores those that it does not know.</summary>
internal enum RelayControlType : ulong
{
    /// <summary>The agent is registered; the body is its address as the relay sees it.</summary>
    Registered = 0x01,
}
