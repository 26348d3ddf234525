import type { Sensitive } from '../../sensitive.ts'
import { parseRootKey } from '../load-root-key.ts'
import type { RootKey } from '../root-key.ts'

/**
 * A root key that stands in a variable, for containers without a file: PEM, or base64 of PEM or PKCS#12. Line breaks
 * written as `\n`, as many tools do it, are taken as such.
 *
 * @param name of the variable, for messages.
 * @throws AppError INVALID_CONFIG as `loadRootKey`; no message quotes the content.
 */
export function readRootKeyVariable(name: string, value: Sensitive, passphrase?: Sensitive): RootKey {
  const text = value.reveal()
  const isPem = text.includes('-----BEGIN ')
  const content = isPem ? Buffer.from(text.replaceAll('\\n', '\n')) : Buffer.from(text, 'base64')
  return parseRootKey(name, content, passphrase)
}
