import type { Sensitive } from '../../sensitive.ts'
import { parseRootKey } from '../load-root-key.ts'
import type { RootKey } from '../root-key.ts'

/**
 * A root key that stands in a variable, for containers without a file, in every form of text that the key reader knows.
 *
 * @param name of the variable, for messages.
 * @throws AppError INVALID_CONFIG as `loadRootKey`; no message quotes the content.
 */
export function readRootKeyVariable(name: string, value: Sensitive, passphrase?: Sensitive): RootKey {
  return parseRootKey(name, Buffer.from(value.reveal()), passphrase)
}
