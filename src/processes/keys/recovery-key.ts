import { open, readFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import type { RootCertificate } from '../../store/entities/index.ts'
import { parseRootKey, type RootKey, readRootKeyFile } from '../../vault/opening.ts'

/**
 * The private key of a recovery certificate, or of a root certificate that this database has had. The operator may
 * have kept it without its certificate, which the database then has.
 *
 * @throws AppError KEY_MISMATCH when it belongs to none of them; INVALID_CONFIG for a file that does not open.
 */
export async function loadRecoveryKey(
  file: string,
  passphrase: Sensitive | undefined,
  certificates: readonly RootCertificate[],
): Promise<RootKey> {
  const content = await readRootKeyFile(file)
  if (!content) throw new AppError('INVALID_CONFIG', `The key file ${file} does not exist.`)
  const isPem = Buffer.from(content).includes('-----BEGIN ')
  const known = Buffer.from(isPem ? `\n${certificates.map(({ pem }) => pem).join('\n')}\n` : '')
  const rootKey = parse(file, Buffer.concat([content, known]), passphrase, certificates)
  content.fill(0)
  const { fingerprint } = rootKey.certificate
  if (certificates.some((it) => it.fingerprint === fingerprint)) return rootKey
  throw mismatch(file, `its certificate is ${fingerprint}`, certificates)
}

function parse(
  file: string,
  content: Buffer,
  passphrase: Sensitive | undefined,
  certificates: readonly RootCertificate[],
): RootKey {
  try {
    return parseRootKey(file, content, passphrase)
  } catch (error) {
    // The file's own certificates and the database's were all looked at.
    const strange = error instanceof AppError && error.message.includes('no certificate that belongs')
    throw strange ? mismatch(file, 'it belongs to none of its certificates', certificates) : error
  }
}

function mismatch(file: string, why: string, certificates: readonly RootCertificate[]): AppError {
  const lines = certificates
    .filter((it) => it.kind === 'RECOVERY' && it.retiredAt === null)
    .map((it) => `\n  ${it.fingerprint}`)
  const has =
    lines.length > 0 ? `Its recovery certificates are:${lines.join('')}` : 'It has no recovery certificate.'
  return new AppError(
    'KEY_MISMATCH',
    `The key in ${file} cannot open this database: ${why}. Nothing was changed. ${has}`,
  )
}

const maxPassphraseBytes = 4096

/**
 * A passphrase from a file, without the line break at its end; `-` is standard input. It is never an argument, which
 * every user of the machine can read.
 *
 * @throws AppError INVALID_CONFIG when the file cannot be read, is empty, or group or others may read it.
 */
export async function readPassphrase(file: string): Promise<Sensitive> {
  const bytes = await (file === '-' ? readAll(process.stdin) : readProtected(file))
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  bytes.fill(0)
  if (text !== '' && text.length <= maxPassphraseBytes) return new Sensitive(text)
  const rule = `1 to ${maxPassphraseBytes} characters in one line`
  throw new AppError('INVALID_CONFIG', `The passphrase file ${file} must hold ${rule}.`)
}

async function readAll(stream: NodeJS.ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function readProtected(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r')
    const stats = await handle.stat()
    // A pipe of the shell's is nobody else's; a file may be.
    if (stats.isFile() && process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      throw new AppError('INVALID_CONFIG', `Group or others have rights on ${file}: chmod 600 ${file}`)
    }
    return await readFile(handle)
  } catch (error) {
    if (error instanceof AppError) throw error
    const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN'
    throw new AppError('INVALID_CONFIG', `The passphrase file ${file} cannot be read (${code}).`)
  }
}
