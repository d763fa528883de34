using System.Net;
using System.Net.WebSockets;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

/// <summary>Connections of the simulated network: reliable and ordered, and broken in the ways in which real ones break.</summary>
public sealed class SimulatedWebSocketTests
{
    [Test]
    public void Opening_takes_three_round_trips_and_a_message_half_of_one() => Run(async scene =>
    {
        Instant start = scene.World.Now;
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        Assert.That((scene.World.Now - start).TotalMilliseconds, Is.EqualTo(60));
        Assert.That(scene.From!.Address, Is.EqualTo(scene.Client.Nat!.PublicAddress));

        start = scene.World.Now;
        await SendAsync(client, 1, 2, 3);
        Assert.That(await ReceiveAsync(server), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That((scene.World.Now - start).TotalMilliseconds, Is.EqualTo(10));
    });

    [Test]
    public void Messages_keep_their_order_and_come_in_parts_where_the_buffer_is_small() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        await SendAsync(client, 1, 2, 3);
        await SendAsync(client, 4);
        byte[] buffer = new byte[2];
        ValueWebSocketReceiveResult part = await server.ReceiveAsync(buffer.AsMemory(), default);
        Assert.That((part.Count, part.EndOfMessage, buffer[1]), Is.EqualTo((2, false, (byte)2)));
        part = await server.ReceiveAsync(buffer.AsMemory(), default);
        Assert.That((part.Count, part.EndOfMessage, buffer[0]), Is.EqualTo((1, true, (byte)3)));
        Assert.That(await ReceiveAsync(server), Is.EqualTo(new byte[] { 4 }));
    });

    [Test]
    public void A_cut_delays_what_was_sent_and_loses_nothing() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        scene.World.Cut(scene.Client, scene.Server);
        await SendAsync(client, 1);
        Task<byte[]> received = ReceiveAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(5), scene.World.Time);
        Assert.That(received.IsCompleted, Is.False);
        scene.World.RestoreAll();
        Assert.That(await received, Is.EqualTo(new byte[] { 1 }));
    });

    [Test]
    public void A_frozen_connection_carries_nothing_tells_nobody_and_holds_the_sender_back() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        scene.Client.WebSockets.Freeze();
        Task<byte[]> received = ReceiveAsync(server);
        Task sending = SendMuchAsync(client);
        await Task.Delay(TimeSpan.FromMinutes(5), scene.World.Time);
        Assert.That((received.IsCompleted, sending.IsCompleted), Is.EqualTo((false, false)));
        Assert.That((client.State, server.State), Is.EqualTo((WebSocketState.Open, WebSocketState.Open)));
        client.Abort();
        await FailsAsync<WebSocketException>(sending);
        Assert.That(scene.Client.WebSockets.OpenCount, Is.Zero);
        Assert.That(server.State, Is.EqualTo(WebSocketState.Open), "which nobody has told");
    });

    [Test]
    public void A_reset_ends_both_ends() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        Task<byte[]> received = ReceiveAsync(server);
        scene.Client.WebSockets.Reset();
        await FailsAsync<WebSocketException>(received);
        await FailsAsync<WebSocketException>(SendAsync(client, 1));
    });

    [Test]
    public void A_close_arrives_behind_what_was_sent() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        await SendAsync(client, 1);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.That(await ReceiveAsync(server), Is.EqualTo(new byte[] { 1 }));
        Assert.That((await server.ReceiveAsync(new byte[1].AsMemory(), default)).MessageType, Is.EqualTo(WebSocketMessageType.Close));
    });

    [Test]
    public void A_host_that_has_moved_has_a_connection_that_is_half_open() => Run(async scene =>
    {
        WebSocket client = await scene.ConnectAsync(), server = scene.Accepted[0];
        scene.Client.Move(scene.World.AddNat(NatKind.PortRestricted));
        Task<byte[]> received = ReceiveAsync(server);
        await SendAsync(client, 1);
        await Task.Delay(TimeSpan.FromMinutes(1), scene.World.Time);
        Assert.That(received.IsCompleted, Is.False);
    });

    [Test]
    public void A_port_that_nobody_serves_is_refused_and_a_dead_host_says_nothing() => Run(async scene =>
    {
        await FailsAsync<WebSocketException>(scene.ConnectAsync(port: 444));
        scene.Server.Kill();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30), scene.World.Time);
        await FailsAsync<OperationCanceledException>(scene.ConnectAsync(443, patience.Token));
    });

    private static void Run(Func<Scene, Task> story)
    {
        using SimulatedNetwork world = new() { Delay = TimeSpan.FromMilliseconds(10) };
        Scene scene = new(world, world.AddHost(NatKind.PortRestricted, "client"), world.AddHost(name: "server"));
        scene.Server.WebSockets.Listen(443, (socket, from) =>
        {
            scene.Accepted.Add(socket);
            scene.From = from;
        });
        world.Run(() => story(scene));
    }

    private static Task SendAsync(WebSocket socket, params byte[] bytes) =>
        socket.SendAsync(bytes.AsMemory(), WebSocketMessageType.Binary, true, default).AsTask();

    private static async Task SendMuchAsync(WebSocket socket)
    {
        for (int i = 0; i < 100; i++)
        {
            await SendAsync(socket, new byte[16_000]);
        }
    }

    // Not Assert.ThrowsAsync, which would hold the world's thread.
    private static async Task FailsAsync<T>(Task task)
        where T : Exception
    {
        try
        {
            await task;
        }
        catch (T)
        {
            return;
        }

        Assert.Fail($"no {typeof(T).Name}");
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        byte[] buffer = new byte[16_000];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), default);
        Assert.That(result.EndOfMessage);
        return buffer[..result.Count];
    }

    private sealed record Scene(SimulatedNetwork World, SimulatedHost Client, SimulatedHost Server)
    {
        public List<WebSocket> Accepted { get; } = [];

        public IPEndPoint? From { get; set; }

        public Task<WebSocket> ConnectAsync(int port = 443, CancellationToken cancellationToken = default) =>
            Client.Network.ConnectWebSocketAsync(
                new WebSocketRequest { Address = new Uri($"wss://{Server.Addresses[0]}:{port}/ants") }, cancellationToken);
    }
}
