namespace Ants.Protocol.Recovery;

/// <summary>What an ACK frame changed. All zero when it told nothing new.</summary>
/// <param name="Packets">Packets acknowledged for the first time, those already held lost included.</param>
/// <param name="Bytes">Their bytes on the wire.</param>
/// <param name="Largest">The largest of their numbers; meaningful when there are any.</param>
/// <param name="LargestSentAt">When that one was sent.</param>
/// <param name="AckEliciting">Whether any of them asked for an acknowledgement.</param>
/// <param name="RttSampled">Whether the round-trip time was measured.</param>
/// <param name="Lost">Packets held lost because of this ACK.</param>
/// <param name="Spurious">How many of <paramref name="Packets"/> had been held lost wrongly.</param>
/// <param name="KeyGeneration">The newest generation of keys among <paramref name="Packets"/>.</param>
internal readonly record struct AckOutcome(
    int Packets, int Bytes, ulong Largest, Instant LargestSentAt, bool AckEliciting, bool RttSampled, int Lost, int Spurious, uint KeyGeneration);
