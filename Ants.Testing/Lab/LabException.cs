namespace Ants.Testing.Lab;

/// <summary>A command of the lab failed. The message holds what was tried and what the tool answered.</summary>
public sealed class LabException : Exception
{
    /// <summary>Creates the exception with a message that says nothing of the cause.</summary>
    public LabException()
        : this("A command of the NAT lab failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried, and what the tool answered.</param>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried, and what the tool answered.</param>
    /// <param name="innerException">The cause.</param>
    public LabException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
