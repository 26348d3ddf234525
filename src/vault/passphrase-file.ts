import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { readRootKeyFile } from './root-key-file.ts'

/**
 * Reads a passphrase, a PIN or a token: the whole file but one line break at its end, which editors and `echo` add.
 *
 * @param what how messages call it.
 * @throws AppError INVALID_CONFIG when it is absent, empty, or readable for group or others.
 */
export async function readPassphraseFile(file: string, what = 'passphrase file'): Promise<Sensitive> {
  const content = await readRootKeyFile(file, what)
  if (!content) throw new AppError('INVALID_CONFIG', `The ${what} ${file} does not exist.`)
  const passphrase = new TextDecoder().decode(content).replace(/\r?\n$/, '')
  content.fill(0)
  if (passphrase === '') throw new AppError('INVALID_CONFIG', `The ${what} ${file} is empty.`)
  return new Sensitive(passphrase)
}
