namespace Ants.Testing.Lab;

/// <summary>The system lets this process build no lab. The message is one line: the probable cause, and what to do.</summary>
public sealed class LabUnavailableException : Exception
{
    /// <summary>Creates the exception with a message that says nothing of the cause.</summary>
    public LabUnavailableException()
        : this("The NAT lab is not available here.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the probable cause, and what to do.</param>
    public LabUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the probable cause, and what to do.</param>
    /// <param name="innerException">What was refused.</param>
    public LabUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
