using System.Runtime.InteropServices;

namespace Ants.Protocol.Recovery;

/// <summary>
/// A note of one frame in a sent packet: enough for its owner to know what was acknowledged or lost. Lost frames are
/// not kept as bytes; the owner writes anew from its present state, so a retransmission is never out of date.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The stream or path that it is about.</param>
/// <param name="Offset">Stream data: the first byte. ACK: the largest number acknowledged. Others: the value sent.</param>
/// <param name="Length">Stream data: how many bytes.</param>
/// <param name="Fin">Stream data: whether it ended the stream.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SentFrame(SentFrameKind Kind, ulong Id = 0, ulong Offset = 0, int Length = 0, bool Fin = false);
