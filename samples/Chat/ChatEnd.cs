namespace Ants.Samples.Chat;

/// <summary>How a conversation ended.</summary>
/// <param name="Clean">Whether everything was delivered and the session closed in order.</param>
/// <param name="Reason">For people.</param>
internal sealed record ChatEnd(bool Clean, string Reason);
