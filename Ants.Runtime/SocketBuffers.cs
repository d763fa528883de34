namespace Ants;

/// <summary>How much a socket holds, for each direction, of what has not been received or sent yet.</summary>
/// <param name="Asked">Bytes that were asked for each way.</param>
/// <param name="Receive">Bytes that the system granted for what was not received yet. Less than was asked loses datagrams at high rates.</param>
/// <param name="Send">Bytes that the system granted for what has not left yet.</param>
public readonly record struct SocketBuffers(int Asked, int Receive, int Send);
