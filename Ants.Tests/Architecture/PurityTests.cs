using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NUnit.Framework;

namespace Ants.Tests.Architecture;

/// <summary>Reads built assemblies: the pure ones may not even name what would make them impure.</summary>
public class PurityTests
{
    private static readonly string[] s_impureTypes =
    [
        "System.Random", "System.Console", "System.DateTime", "System.TimeProvider",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.IO.File", "System.IO.Directory", "System.IO.FileStream",
    ];

    private static readonly string[] s_impureNamespaces = ["System.Threading", "System.Threading.Tasks", "Microsoft.Extensions.Logging"];

    // IPEndPoint stands in System.Net, AddressFamily (an enum) in System.Net.Sockets: both are values.
    private static readonly string[] s_allowedOfNet =
        ["System.Net.IPAddress", "System.Net.IPEndPoint", "System.Net.EndPoint", "System.Net.Sockets.AddressFamily"];

    private static readonly string[] s_askedByFastPaths = ["System.Environment.GetEnvironmentVariable"];

    [TestCase("Ants.Protocol", "Ants.Crypto")]
    [TestCase("Ants.Crypto", "BouncyCastle.Cryptography", "MessagePack")]
    [TestCase("Ants.Nat", "Ants.Crypto")]
    public void A_pure_assembly_references_only_what_it_may_and_uses_nothing_impure(string name, params string[] allowed)
    {
        using PEReader file = Open(name);
        MetadataReader reader = file.GetMetadataReader();
        IEnumerable<string> references = reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name));
        Assert.That(references.Where(reference => !reference.StartsWith("System.", StringComparison.Ordinal)), Is.SubsetOf(allowed));

        string[] types = [.. reader.TypeReferences.Select(handle => FullName(reader, reader.GetTypeReference(handle)))];
        Assert.That(types.Intersect(s_impureTypes), Is.Empty);
        Assert.That(types.Where(type => s_impureNamespaces.Contains(NamespaceOf(type)) && type != "System.Threading.Lock"
            && type != "System.Threading.Interlocked"), Is.Empty);
        Assert.That(types.Where(type => type.StartsWith("System.Net.", StringComparison.Ordinal)).Except(s_allowedOfNet), Is.Empty);

        string[] members = [.. reader.MemberReferences.Select(handle => FullName(reader, reader.GetMemberReference(handle)))];
        Assert.That(members, Has.None.EqualTo("System.Guid.NewGuid"));

        // A moment may be an argument; which one it is now, nobody asks.
        Assert.That(members, Has.None.EqualTo("System.DateTimeOffset.get_UtcNow").And.None.EqualTo("System.DateTimeOffset.get_Now"));

        // The compiler asks in iterators on which thread they run, and Ants.Crypto's FastPaths which of them are forced off, once for all
        // assemblies above it; nothing else of the environment may be asked.
        Assert.That(members.Where(member => member.StartsWith("System.Environment.", StringComparison.Ordinal)),
            Is.SubsetOf((string[])["System.Environment.get_CurrentManagedThreadId", .. name == "Ants.Crypto" ? s_askedByFastPaths : []]));
    }

    [Test]
    public void The_session_protocol_never_asks_the_system_for_randomness()
    {
        using PEReader file = Open("Ants.Protocol");
        MetadataReader reader = file.GetMetadataReader();
        Assert.That(reader.TypeReferences.Select(handle => reader.GetString(reader.GetTypeReference(handle).Name)),
            Has.None.EqualTo("RandomNumberGenerator"));
    }

    private static PEReader Open(string name) =>
        new(File.OpenRead(System.IO.Path.Combine(AppContext.BaseDirectory, name + ".dll")));

    private static string NamespaceOf(string type) => type[..Math.Max(0, type.LastIndexOf('.'))];

    private static string FullName(MetadataReader reader, TypeReference type) =>
        $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";

    private static string FullName(MetadataReader reader, MemberReference member) => member.Parent.Kind == HandleKind.TypeReference
        ? $"{FullName(reader, reader.GetTypeReference((TypeReferenceHandle)member.Parent))}.{reader.GetString(member.Name)}"
        : reader.GetString(member.Name);
}
