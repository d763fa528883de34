using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ants.Bench.Micro.Memory;

/// <summary>
/// Counts what an object holds, by type: walks its fields and theirs, by reflection, up to objects of types that are somebody else's. Shown when
/// <c>ANTS_CENSUS=1</c> is set.
/// </summary>
internal static class Census
{
    private const int Shown = 120;

    public static void Print(object root, params Type[] depth)
    {
        if (Environment.GetEnvironmentVariable("ANTS_CENSUS") != "1")
        {
            return;
        }

        Dictionary<string, (int Count, long Bytes)> sums = [];
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> open = new([root]);
        while (open.TryPop(out object? next))
        {
            Type type = next.GetType();
            if (!seen.Add(next) || next is Type or MemberInfo or Assembly or System.Buffers.MemoryPool<byte> or System.IO.Pipelines.PipeScheduler || Array.Exists(depth, stop => stop.IsAssignableFrom(type)))
            {
                continue;
            }

            string name = next is Array array ? $"{Name(type)}, {array.Length} long" : Name(type);
            (int count, long bytes) = sums.GetValueOrDefault(name);
            sums[name] = (count + 1, bytes + SizeOf(next));
            foreach (object child in ChildrenOf(next, type))
            {
                open.Push(child);
            }
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{root.GetType().Name}: {sums.Values.Sum(sum => sum.Bytes):#,0} bytes in {sums.Values.Sum(sum => sum.Count)} objects"));
        foreach ((string name, (int count, long bytes)) in sums.OrderByDescending(sum => sum.Value.Bytes).Take(Shown))
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes,8:#,0} {count,4} {name}"));
        }
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]" : type.DeclaringType is { } outer ? $"{outer.Name}.{type.Name}" : type.Name;

    /// <summary>The bytes of an object on the heap: its method table says its base size and, for arrays and strings, an element's.</summary>
    private static unsafe long SizeOf(object o)
    {
        int* table = (int*)(*(nint*)Unsafe.AsPointer(ref Unsafe.SubtractByteOffset(ref Unsafe.As<Header>(o).First, sizeof(nint))));
        long length = o switch { Array array => array.LongLength, string text => text.Length, _ => 0 };
        long element = o is Array or string ? *(ushort*)table : 0;
        return (table[1] + (length * element) + 7) & ~7L;
    }

    private static IEnumerable<object> ChildrenOf(object? o, Type type)
    {
        if (o is null || type.IsPrimitive || type.IsPointer || type == typeof(string))
        {
            return [];
        }

        if (o is Array array)
        {
            Type element = type.GetElementType()!;
            return element.IsPrimitive ? [] : array.Cast<object?>().SelectMany(item => element.IsValueType ? ChildrenOf(item, element) : Just(item));
        }

        return Fields(type).SelectMany(field => field.FieldType.IsValueType ? ChildrenOf(ValueOf(field, o), field.FieldType) : Just(ValueOf(field, o)));
    }

    private static object? ValueOf(FieldInfo field, object o)
    {
        try
        {
            return field.GetValue(o);
        }
        catch (FieldAccessException)
        {
            // A few fields of the runtime's own types; nothing of ours is behind them.
            return null;
        }
    }

    private static IEnumerable<object> Just(object? o) => o is null ? [] : [o];

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsByRefLike && !field.FieldType.IsPointer && !field.FieldType.IsFunctionPointer)
                {
                    yield return field;
                }
            }
        }
    }

    // What lies behind every object's method table.
    private sealed class Header
    {
        public byte First;
    }
}
