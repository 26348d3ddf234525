import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { readRootKeyFile } from './root-key-file.ts'

/**
 * Reads a passphrase or a PIN: the whole file but one line break at its end, which editors and `echo` add.
 *
 * @throws AppError INVALID_CONFIG when it is absent, empty, or readable for group or others.
 */
export async function readPassphraseFile(file: string): Promise<Sensitive> {
  const content = await readRootKeyFile(file, 'passphrase file')
  if (!content) throw new AppError('INVALID_CONFIG', `The passphrase file ${file} does not exist.`)
  const passphrase = new TextDecoder().decode(content).replace(/\r?\n$/, '')
  content.fill(0)
  if (passphrase === '') throw new AppError('INVALID_CONFIG', `The passphrase file ${file} is empty.`)
  return new Sensitive(passphrase)
}
