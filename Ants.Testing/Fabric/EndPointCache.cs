using System.Net;

namespace Ants.Testing.Fabric;

/// <summary>The objects that stand for end points outside, so that a datagram's delivery allocates none.</summary>
internal sealed class EndPointCache
{
    // A NAT that gives ports at random makes many; then the cache starts anew.
    private const int MaxEntries = 100_000;

    private readonly Dictionary<Endpoint, IPEndPoint> _known = [];
    private Endpoint _last;
    private IPEndPoint? _lastEndPoint;

    /// <summary>The object of an end point.</summary>
    public IPEndPoint Get(Endpoint endpoint)
    {
        // Datagrams come in runs from one sender.
        if (_lastEndPoint is not null && ReferenceEquals(endpoint.Address, _last.Address) && endpoint.Port == _last.Port)
        {
            return _lastEndPoint;
        }

        if (!_known.TryGetValue(endpoint, out IPEndPoint? endPoint))
        {
            if (_known.Count == MaxEntries)
            {
                _known.Clear();
            }

            endPoint = new IPEndPoint(endpoint.Address, endpoint.Port);
            _known.Add(endpoint, endPoint);
        }

        _last = endpoint;
        _lastEndPoint = endPoint;
        return endPoint;
    }
}
