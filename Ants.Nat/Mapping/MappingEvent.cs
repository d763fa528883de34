namespace Ants.Nat;

/// <summary>Something happened to a mapping.</summary>
internal readonly record struct MappingEvent(MappingEventKind Kind, PortMapping Mapping);
