namespace Ants.Nat;

/// <summary>An HTTP answer of a router's, as far as it has come. The body is bounded by <see cref="HttpAnswerReader.MostBytes"/>.</summary>
internal sealed record HttpAnswer(int Status, byte[] Body);
