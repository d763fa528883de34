namespace Ants.Samples.Throughput;

/// <summary>A measurement that did not come about; the message is one line for whoever asked for it.</summary>
internal sealed class ThroughputException(string message) : Exception(message);
