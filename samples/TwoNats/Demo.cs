using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>One run: builds the stage, tells the story on it, and says what came of it.</summary>
internal sealed class Demo(DemoOptions options, IDisplay display, TextWriter text)
{
    /// <summary>Runs it and returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            await using IStage stage = await BuildAsync(ct);
            return await TellAsync(stage, ct);
        }
        catch (Exception e) when (e is LabUnavailableException or LabException or StoryException or FileNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            await PrintJsonAsync(new Summary(options.NatA, options.NatB) { Failures = [e.Message] });
            return e is LabUnavailableException or FileNotFoundException ? ExitCode.CannotRun : ExitCode.Failed;
        }
    }

    private async Task<IStage> BuildAsync(CancellationToken ct)
    {
        if (options.Simulated)
        {
            return new SimulatedStage(options.NatA, options.NatB, options.Relays) { Qlog = options.Qlog };
        }

        LabStage stage = await LabStage.BuildAsync(options.NatA, options.NatB, options.Relays, ct);
        stage.Qlog = options.Qlog;
        return stage;
    }

    private async Task<int> TellAsync(IStage stage, CancellationToken ct)
    {
        display.Introduce(stage, options.NatA, options.NatB);
        Story story = new(stage, options.NatA, options.NatB, display, options.Plot);
        Summary summary = await display.ShowAsync(() => stage.PlayAsync(() => story.TellAsync(ct)));
        await ConcludeAsync(summary);
        if (options.Keep)
        {
            await KeepAsync(stage, summary, ct);
        }
        else
        {
            await PrintJsonAsync(summary);
        }

        return summary.Ok ? ExitCode.Held : ExitCode.Failed;
    }

    private async Task ConcludeAsync(Summary summary)
    {
        foreach (string complaint in summary.Ok ? [] : summary.Complaints)
        {
            await text.WriteLineAsync(complaint);
        }

        foreach (string problem in summary.Problems)
        {
            await text.WriteLineAsync($"FAILED: {problem}");
        }

        await text.WriteLineAsync(summary.Ok
            ? $"All of it held: {summary.Lines.Sent} lines, each of them once and in order."
            : "Not all of it held.");
    }

    private async Task KeepAsync(IStage stage, Summary summary, CancellationToken ct)
    {
        await text.WriteLineAsync("The networks stay up until Ctrl-C. To get a shell in them:");
        foreach (string entrance in stage.Entrances)
        {
            await text.WriteLineAsync($"  {entrance}");
        }

        await PrintJsonAsync(summary);
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // That is what was waited for.
            return;
        }
    }

    private async Task PrintJsonAsync(Summary summary)
    {
        if (options.Json)
        {
            await text.FlushAsync(CancellationToken.None);
            await Console.Out.WriteLineAsync(summary.ToJson());
        }
    }
}
