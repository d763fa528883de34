namespace Ants.Protocol.Streams;

/// <summary>Something that the owner of a session's streams must hear.</summary>
/// <param name="Kind">One kind, never a combination.</param>
/// <param name="Id">The stream; zero for <see cref="StreamEventKind.CanOpen"/>.</param>
/// <param name="Value">An error code or an offset, as the kind says.</param>
internal readonly record struct StreamEvent(StreamEventKind Kind, ulong Id, ulong Value = 0);
