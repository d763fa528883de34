namespace Ants.Crypto.Noise;

/// <summary>
/// What a message brought, kept apart so that a message that fails is undone by putting back the copy from before it.
/// Arrays here are replaced, never written into.
/// </summary>
internal struct PeerState
{
    public byte[]? Ephemeral;
    public byte[]? Static;
    public byte[]? KemKey;
    public byte[]? KemSecret;
    public int PsksUsed;
}
