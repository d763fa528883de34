using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ants.Relay.Observing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ants.Relay.Hosting;

/// <summary>
/// The relay's HTTPS side: a page that says that it is well, one with its figures, and the WebSockets of agents whose networks let nothing else out.
/// </summary>
internal sealed class WebEndpoint : IAsyncDisposable
{
    // Monitors hold a few connections, and agents one for a moment, until it is a WebSocket: those the relay counts itself.
    private const int MaxConnections = 1024;

    // No request has a body, and none has reason to be slow or long.
    private const int MaxHeadBytes = 8 * 1024;
    private static readonly TimeSpan s_headTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_tlsTimeout = TimeSpan.FromSeconds(10);

    // A connection that is open without a request in it must not delay a stop.
    private static readonly TimeSpan s_stopWithin = TimeSpan.FromSeconds(1);

    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;
    private readonly MetricsPage _metrics;

    private WebEndpoint(WebApplication application, X509Certificate2 certificate, MetricsPage metrics)
    {
        _application = application;
        _metrics = metrics;
        _certificate = certificate;
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="AntsException"><see cref="AntsError.AddressInUse"/>, or <see cref="AntsError.NetworkUnavailable"/>.</exception>
    public static async Task<WebEndpoint> StartAsync(IPEndPoint listen, RelayServer relay, ILoggerFactory loggers, CancellationToken ct)
    {
        X509Certificate2 certificate = RelayCertificate.Create(relay.Address.Host.Trim('[', ']'), TimeProvider.System.GetUtcNow());
        MetricsPage metrics = new(relay.Meter);
        WebEndpoint endpoint = new(Build(listen, certificate, relay, metrics, loggers), certificate, metrics);
        try
        {
            await endpoint._application.StartAsync(ct);
            return endpoint;
        }
        catch (IOException e)
        {
            await endpoint.DisposeAsync();
            bool taken = e.InnerException is AddressInUseException;
            throw taken
                ? new AntsException(AntsError.AddressInUse, $"TCP port {listen.Port} is in use by another program: stop that one, or listen on another port.", e)
                : new AntsException(AntsError.NetworkUnavailable, $"TCP port {listen.Port} cannot be listened on: {e.Message}", e);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            await endpoint.DisposeAsync();
            throw new AntsException(AntsError.NetworkUnavailable, $"{listen} cannot be listened on by TCP: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(s_stopWithin);
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
        _certificate.Dispose();
        _metrics.Dispose();
    }

    private static WebApplication Build(IPEndPoint listen, X509Certificate2 certificate, RelayServer relay, MetricsPage metrics, ILoggerFactory loggers)
    {
        // Empty: neither files beside the program nor the environment change what it does.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new SilentLifetime()));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = MaxConnections;
            options.Limits.MaxConcurrentUpgradedConnections = relay.MaxConnections;
            options.Limits.MaxRequestBodySize = 0;
            options.Limits.MaxRequestHeadersTotalSize = MaxHeadBytes;
            options.Limits.RequestHeadersTimeout = s_headTimeout;
            Listen(options, listen, https => https.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                HandshakeTimeout = s_tlsTimeout,
            }));
        });
        WebApplication application = builder.Build();

        // The sessions inside have keepalives of their own, and find a dead connection sooner.
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        application.Run(context => AnswerAsync(context, relay, metrics));
        return application;
    }

    private static void Listen(KestrelServerOptions options, IPEndPoint at, Action<ListenOptions> configure)
    {
        // As for UDP, a wildcard of either family means both where the system has both.
        if (RelayOptions.IsWildcard(at.Address))
        {
            options.ListenAnyIP(at.Port, configure);
        }
        else
        {
            options.Listen(at, configure);
        }
    }

    private static Task AnswerAsync(HttpContext context, RelayServer relay, MetricsPage metrics)
    {
        if (context.Request.Path == WebSocketRequest.Path)
        {
            return AttachAsync(context, relay);
        }

        bool asksForMetrics = context.Request.Path == "/metrics";
        if (!asksForMetrics && context.Request.Path != "/healthz")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        if (asksForMetrics)
        {
            context.Response.ContentType = MetricsPage.ContentType;
            return context.Response.WriteAsync(metrics.Render(), context.RequestAborted);
        }

        HealthReport report = new(relay.IsDraining ? "draining" : "ok", relay.AgentCount, (long)relay.Uptime.TotalSeconds);
        return context.Response.WriteAsJsonAsync(report, HealthJson.Default.HealthReport, cancellationToken: context.RequestAborted);
    }

    /// <summary>
    /// Any origin is served: what a web page could do with this, any program can, and neither can do more than its keys allow.
    /// </summary>
    private static async Task AttachAsync(HttpContext context, RelayServer relay)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(WebSocketRequest.Protocol))
        {
            // RFC 9110 section 15.5.22.
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketProtocol = WebSocketRequest.Protocol;
            return;
        }

        IPAddress from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        await relay.AttachAsync(await context.WebSockets.AcceptWebSocketAsync(WebSocketRequest.Protocol), from);
    }
}
