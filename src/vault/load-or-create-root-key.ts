import type { Sensitive } from '../sensitive.ts'
import { createRootKey } from './create-root-key.ts'
import { loadRootKey, parseRootKey } from './load-root-key.ts'
import type { RootKey } from './root-key.ts'
import { readRootKeyFile, writeRootKeyFile } from './root-key-file.ts'

/**
 * Loads the root key, or makes it on the very first start. Processes that start at once end with the same key;
 * `created` is true at one of them. For a database that has a root certificate already use {@link loadRootKey}: a
 * missing file then means a lost key, and a new one would not help.
 *
 * @param passphrase opens the file; a new one is encrypted with it.
 * @throws AppError INVALID_CONFIG as {@link loadRootKey}, or when the file cannot be written.
 */
export async function loadOrCreateRootKey(
  file: string,
  passphrase?: Sensitive,
): Promise<{ rootKey: RootKey; created: boolean }> {
  const content = await readRootKeyFile(file)
  if (content) return { rootKey: parseRootKey(file, content, passphrase), created: false }
  const { pem } = await createRootKey({ passphrase })
  const created = await writeRootKeyFile(file, pem)
  // Read back, also by the process that wrote it: what is used is what the next start will find.
  return { rootKey: await loadRootKey(file, passphrase), created }
}
