namespace Ants.Testing.Lab;

/// <summary>What a command that ran to its end in a lab host has left.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number if a signal ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record LabCommandResult(int ExitCode, string Output, string Error);
