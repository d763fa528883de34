using System.Text.Json.Serialization;

namespace Ants.Relay.Hosting;

/// <summary>How a <see cref="HealthReport"/> is written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
