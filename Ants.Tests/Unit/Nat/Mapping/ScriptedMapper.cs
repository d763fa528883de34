using System.Net;
using System.Text;
using Ants.Nat;

namespace Ants.Tests.Unit.Nat;

/// <summary>A <see cref="PortMapper"/> on virtual time, before a router that a test plays.</summary>
internal sealed class ScriptedMapper(PortMappingProtocols allowed, MappingTarget? target = null)
{
    private readonly byte[] _buffer = new byte[512];

    public PortMapper Mapper { get; } = new(target ?? MappingSamples.Target, allowed);

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Answers a request by HTTP; null for none.</summary>
    public Func<string, HttpAnswer?> Http { get; set; } = _ => null;

    /// <summary>The requests by HTTP so far: the action, or the path.</summary>
    public List<string> Calls { get; } = [];

    public List<(byte[] Bytes, IPEndPoint To)> Sent { get; } = [];

    public PortMappingAttempt this[PortMappingProtocols protocol] => Mapper.Attempts.Single(attempt => attempt.Protocol == protocol);

    public PortMappingOutcome Outcome => Mapper.Attempts.Single().Outcome;

    public string Detail => Mapper.Attempts.Single().Detail;

    public void Begin()
    {
        Mapper.Begin(Now);
        Pump();
    }

    /// <summary>A datagram comes.</summary>
    public bool Hear(byte[] datagram, IPEndPoint from)
    {
        bool isKnown = Mapper.TryHandleDatagram(Now, datagram, from);
        Pump();
        return isKnown;
    }

    /// <summary>Time passes; all that is due happens when it is.</summary>
    public void Pass(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        while (Mapper.NextTimeout is { } next && next <= end)
        {
            Now = next > Now ? next : Now;
            Mapper.HandleTimeout(Now);
            Pump();
        }

        Now = end;
    }

    public void Release()
    {
        Mapper.Release(Now);
        Pump();
    }

    public List<MappingEventKind> Events()
    {
        List<MappingEventKind> events = [];
        while (Mapper.TryPollEvent(out MappingEvent e))
        {
            events.Add(e.Kind);
        }

        return events;
    }

    private void Pump()
    {
        bool any;
        do
        {
            any = false;
            while (Mapper.TryPollDatagram(Now, _buffer, out int written, out IPEndPoint? to))
            {
                Sent.Add((_buffer[..written], to));
            }

            while (Mapper.TryPollExchange(out RouterExchange? exchange))
            {
                any = true;
                string request = Encoding.UTF8.GetString(exchange.Request);
                Calls.Add(NameOf(request));
                Mapper.HandleAnswer(Now, exchange, Http(request));
            }
        }
        while (any);
    }

    private static string NameOf(string request)
    {
        int hash = request.IndexOf('#', StringComparison.Ordinal);
        return !request.StartsWith("POST", StringComparison.Ordinal) ? request.Split(' ')[1] : request[(hash + 1)..request.IndexOf('"', hash)];
    }
}
