using System.Net.Sockets;
using Ants.Nat;

namespace Ants.Mapping;

/// <summary>
/// Takes one HTTP request to a router and its answer back, over a connection of its own. Not .NET's HTTP client: that is strict where routers are
/// not, follows where they lead, asks proxies, and leaves the simulated world.
/// </summary>
internal static class RouterHttp
{
    // The slowest routers seen take a second to write a description. Nobody waits for us.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>The answer, or as much of it as came in time; null if not even its head did.</summary>
    public static async Task<HttpAnswer?> AskAsync(AntsNetwork network, RouterExchange exchange, CancellationToken cancellationToken)
    {
        HttpAnswerReader reader = new();
        using CancellationTokenSource patience = new(s_patience, network.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using Stream stream = await network.ConnectAsync(exchange.From, exchange.To, either.Token);
            await stream.WriteAsync(exchange.Request, either.Token);
            bool isWhole = false;
            while (!isWhole && reader.Free is { Length: > 0 } free)
            {
                int length = await stream.ReadAsync(free, either.Token);
                isWhole = length == 0 || reader.Advance(length);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // Whoever reads the answer judges what has come of it.
        }

        return reader.Finish();
    }
}
