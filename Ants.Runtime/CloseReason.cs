namespace Ants;

/// <summary>How a session ended.</summary>
/// <param name="Clean">Whether one side closed it in order, rather than losing it.</param>
/// <param name="Error">
/// What it counts as: <see cref="AntsError.Closed"/> and <see cref="AntsError.PeerClosed"/> when clean, otherwise what went wrong.
/// </param>
/// <param name="Message">One line for a person: the reason that the closing side gave, or what happened.</param>
public sealed record CloseReason(bool Clean, AntsError Error, string Message);
