using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>
/// The lab of a matrix: relays, and homes that are built when they are first needed and used for all their pairs.
/// <code>
///   relay, relay2 ...
///     |
///   public network --+------------+---- ...
///                  kind-1       kind-2         two homes of each kind, for the pair of the kind with itself
/// </code>
/// </summary>
internal sealed class MatrixSite : IAsyncDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ants-matrix-");
    private readonly Dictionary<(LabHomeKind Kind, bool IsSecond), MatrixPlace> _places = [];
    private readonly List<LabRelay> _relays = [];
    private readonly NatLab _lab;
    private LabProxy? _proxy;

    private MatrixSite(NatLab lab) => _lab = lab;

    /// <summary>What the lab's namespaces hang on.</summary>
    public LabIsolation Isolation => _lab.Isolation;

    /// <summary>Creates the lab and starts the relays.</summary>
    /// <exception cref="LabUnavailableException">The system allows no lab; the message is one line that says why.</exception>
    public static async Task<MatrixSite> BuildAsync(int relays, CancellationToken ct)
    {
        MatrixSite site = new(await NatLab.CreateAsync(ct));
        try
        {
            for (int i = 1; i <= relays; i++)
            {
                string name = i == 1 ? "relay" : $"relay{i}";
                LabRelay relay = new(await site._lab.AddPublicHostAsync(name, ct), site._files.CreateSubdirectory(name).FullName);
                site._relays.Add(relay);
                await relay.StartAsync(ct);
            }

            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>The places of a pair.</summary>
    public async Task<(MatrixPlace A, MatrixPlace B)> GetAsync(MatrixPair pair, CancellationToken ct) =>
        (await GetAsync(pair.A, isSecond: false, ct), await GetAsync(pair.B, isSecond: pair.A == pair.B, ct));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in _places.Values.Concat<IAsyncDisposable>(_relays))
        {
            await one.DisposeAsync();
        }

        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _lab.DisposeAsync();
        _files.Delete(recursive: true);
    }

    private async Task<MatrixPlace> GetAsync(LabHomeKind kind, bool isSecond, CancellationToken ct)
    {
        if (!_places.TryGetValue((kind, isSecond), out MatrixPlace? place))
        {
            LabHome home = await BuildHomeAsync(kind, isSecond, ct);
            place = await MatrixPlace.BuildAsync(home, _relays.Select(relay => relay.Address), _proxy, ct);
            _places.Add((kind, isSecond), place);
        }

        return place;
    }

    private async Task<LabHome> BuildHomeAsync(LabHomeKind kind, bool isSecond, CancellationToken ct)
    {
        string name = $"{kind.ToName()}-{(isSecond ? 2 : 1)}";
        if (kind.IsShared() && isSecond)
        {
            return await (await GetAsync(kind, isSecond: false, ct)).Home.AddOtherAsync(_lab, $"nat-{name}", name, ct);
        }

        if (kind == LabHomeKind.ProxyOnly)
        {
            _proxy ??= await LabProxy.StartAsync(await _lab.AddPublicHostAsync("proxy", ct), ct);
        }

        return await LabHome.BuildAsync(_lab, kind, $"nat-{name}", name, _proxy, ct);
    }
}
