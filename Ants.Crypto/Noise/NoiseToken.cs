namespace Ants.Crypto.Noise;

/// <summary>What one step of a handshake message does (Noise revision 34, section 7.1, and the hfs extension).</summary>
internal enum NoiseToken
{
    /// <summary>Sends an ephemeral key in clear.</summary>
    E,

    /// <summary>Sends the static key, encrypted once there is a key.</summary>
    S,

    /// <summary>Mixes the exchange of both ephemerals.</summary>
    EE,

    /// <summary>Mixes the initiator's ephemeral with the responder's static.</summary>
    ES,

    /// <summary>Mixes the initiator's static with the responder's ephemeral.</summary>
    SE,

    /// <summary>Mixes the exchange of both statics.</summary>
    SS,

    /// <summary>Mixes the next pre-shared key.</summary>
    Psk,

    /// <summary>e1: sends an ephemeral encapsulation key, encrypted as <see cref="S"/> is.</summary>
    KemKey,

    /// <summary>The first half of ekem1: sends the encapsulation to that key, encrypted as <see cref="S"/> is.</summary>
    KemCiphertext,

    /// <summary>The second half of ekem1: mixes the encapsulated secret.</summary>
    KemSecret,
}
