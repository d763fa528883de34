namespace Ants.Driving;

/// <summary>Work on a driver that somebody waits for.</summary>
internal static class DriverCalls
{
    /// <summary>Like <see cref="EndpointDriver.Post(Action)"/>; the task completes when it is done, or has what it threw.</summary>
    public static Task InvokeAsync(this EndpointDriver driver, Action work) => driver.InvokeAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>Like <see cref="EndpointDriver.Post(Action)"/>; the task has what <paramref name="work"/> returned or threw.</summary>
    public static Task<T> InvokeAsync<T>(this EndpointDriver driver, Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        driver.Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // It is thrown where the task is awaited.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
