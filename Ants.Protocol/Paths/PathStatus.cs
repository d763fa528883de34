namespace Ants.Protocol.Paths;

/// <summary>What an end tells the other of a path, in PATH_STATUS. Others are passed over.</summary>
internal enum PathStatus : ulong
{
    /// <summary>It has given the path up. The number is the largest that it had received on it by then, plus 1; 0 if none.</summary>
    Failed = 1,

    /// <summary>It has moved: what was under way to it is lost. The number is that of the first packet that it sends from there.</summary>
    Moved = 2,
}
