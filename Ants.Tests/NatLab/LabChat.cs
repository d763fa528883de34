using System.Net;
using System.Text.Json;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>A Chat process in a host of the lab.</summary>
internal sealed class LabChat(LabProcess process) : IAsyncDisposable
{
    private JsonElement? _path;

    public LabProcess Process => process;

    public static async Task<LabChat> StartAsync(LabHost host, LabRelay relay, string[] role, IReadOnlyDictionary<string, string?>? environment = null) =>
        new(await host.StartAsync(Executables.Host, [Executables.Find("samples", "Chat"), "--json", "--relay", relay.Address, .. role], environment));

    /// <summary>Has each say something that the other hears.</summary>
    public static async Task TalkAsync(LabChat a, LabChat b, string text)
    {
        foreach ((LabChat speaker, LabChat listener) in ((LabChat, LabChat)[])[(a, b), (b, a)])
        {
            await speaker.Process.Input.WriteLineAsync(text);
            Assert.That((await listener.NextAsync("line")).GetProperty("text").GetString(), Is.EqualTo(text));
        }
    }

    /// <summary>The next event of that name; those before it are passed over, but for the path that they tell of.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        using CancellationTokenSource limit = new(LabFixture.Patience);
        while (true)
        {
            JsonElement said = JsonDocument.Parse(await process.Output.ReadAsync(limit.Token)).RootElement;
            string told = said.GetProperty("event").GetString()!;
            _path = told == "path" ? said : _path;
            if (told == name)
            {
                return said;
            }
        }
    }

    /// <summary>Waits until its session is direct, with a peer at an address; returns what it said of that.</summary>
    public async Task<JsonElement> UntilDirectAsync(IPAddress to)
    {
        while (_path is not { } path || path.GetProperty("kind").GetString() != "direct"
            || !IPEndPoint.Parse(path.GetProperty("remote").GetString()!).Address.Equals(to))
        {
            await NextAsync("path");
        }

        return _path.Value;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
