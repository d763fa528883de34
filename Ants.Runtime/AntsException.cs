namespace Ants;

/// <summary>
/// The one exception that ANTS throws on its own account. <see cref="Error"/> tells the failures apart;
/// the message is one line that says what is wrong and what to do about it.
/// </summary>
public sealed class AntsException : Exception
{
    /// <summary>A failure of the given kind.</summary>
    public AntsException(AntsError error, string message) : this(error, message, innerException: null)
    {
    }

    /// <summary>A failure of the given kind, caused by another exception.</summary>
    public AntsException(AntsError error, string message, Exception? innerException) : base(message, innerException)
    {
        Error = error;
    }

    /// <summary>What went wrong.</summary>
    public AntsError Error { get; }
}
