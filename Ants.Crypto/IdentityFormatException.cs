namespace Ants;

/// <summary>An identity file could not be read; the message is one line that says why and what to do.</summary>
public sealed class IdentityFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    public IdentityFormatException()
        : this(IdentityFileFault.Malformed, "This is not an identity file.")
    {
    }

    /// <summary>Creates the exception for a malformed file.</summary>
    public IdentityFormatException(string message)
        : this(IdentityFileFault.Malformed, message)
    {
    }

    /// <summary>Creates the exception for a malformed file.</summary>
    public IdentityFormatException(string message, Exception innerException)
        : base(message, innerException) => Fault = IdentityFileFault.Malformed;

    /// <summary>Creates the exception.</summary>
    public IdentityFormatException(IdentityFileFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>What is wrong, for a program that can do something about it.</summary>
    public IdentityFileFault Fault { get; }
}
