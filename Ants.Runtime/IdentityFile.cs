using System.Security.Cryptography;
using Ants.IdentityFiles;

namespace Ants;

/// <summary>An agent's identity kept in a file, so that it is the same agent after a restart.</summary>
/// <remarks>
/// <para>The file is readable and writable by its owner alone. One that others can read is refused, as ssh refuses a key:
/// whoever has read it can be this agent for ever. It is written beside its place, flushed to the disk and renamed, so it
/// is there whole or not at all; its folder must exist.</para>
/// <para>While an agent runs on the identity the file is locked: a second agent with the same key would take the first
/// one's place at every relay. The lock ends with the process, however that ends.</para>
/// </remarks>
public static class IdentityFile
{
    extension(AgentIdentity)
    {
        /// <summary>Reads the identity in the file, or creates one and writes it there if there is no file.</summary>
        /// <param name="path">The file; its folder must exist.</param>
        /// <param name="passphrase">
        /// What the file is encrypted with (Argon2id). Without one the key stands readable in the file, and the file's
        /// permissions are its only guard.
        /// </param>
        /// <param name="cancellationToken">Gives up; a new file is then either there whole or not at all.</param>
        /// <exception cref="AntsException">
        /// <see cref="AntsError.IdentityUnreadable"/>: no such folder, no permission, open to other users, not an identity
        /// file, or another passphrase. <see cref="AntsError.IdentityLocked"/>: an agent is running on it.
        /// </exception>
        public static async Task<AgentIdentity> LoadOrCreateAsync(
            string path, string? passphrase = null, CancellationToken cancellationToken = default)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            if (passphrase is "")
            {
                throw new ArgumentException("An empty passphrase protects nothing: pass null to store the key unsealed.", nameof(passphrase));
            }

            IdentityStore store = new(path);
            IdentityContent? content = await store.TryReadAsync(cancellationToken);
            if (content is null && await TryCreateAsync(store, passphrase, cancellationToken) is AgentIdentity created)
            {
                return IdentityLock.Remember(created, store.FullPath);
            }

            // Another process has created the file between the two looks at it.
            content ??= await store.TryReadAsync(cancellationToken) ?? throw store.Unreadable("it was removed while it was read");
            using (content)
            {
                return IdentityLock.Remember(await OpenAsync(store, content, passphrase, cancellationToken), store.FullPath);
            }
        }
    }

    private static async Task<AgentIdentity?> TryCreateAsync(IdentityStore store, string? passphrase, CancellationToken ct)
    {
        AgentIdentity identity = AgentIdentity.Generate();
        byte[] content = await Task.Run(() => identity.Export(passphrase), ct);
        try
        {
            if (await store.TryCreateAsync(content, ct))
            {
                return identity;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }

        identity.Dispose();
        return null;
    }

    private static async Task<AgentIdentity> OpenAsync(
        IdentityStore store, IdentityContent content, string? passphrase, CancellationToken ct)
    {
        try
        {
            // Deriving the key from a passphrase takes about a second, by intent.
            AgentIdentity identity = await Task.Run(() => AgentIdentity.Import(content.Bytes.Span, passphrase), ct);

            // Checked last, so that a mistyped name is not answered with advice to change the permissions of /etc/passwd.
            return content.IsOpenToOthers ? throw store.OpenToOthers() : identity;
        }
        catch (IdentityFormatException e)
        {
            throw store.Unreadable(e.Message.TrimEnd('.'), e);
        }
    }
}
