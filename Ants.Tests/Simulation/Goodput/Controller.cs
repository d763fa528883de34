namespace Ants.Tests.Simulation.Goodput;

/// <summary>Which congestion controller.</summary>
internal enum Controller
{
    Cubic,
    NewReno,
}
