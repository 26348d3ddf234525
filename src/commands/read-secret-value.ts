import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'

const MOST_BYTES = 1024 * 1024

/**
 * Reads a value. At a terminal it reads one line without showing it. From anything else it reads everything and
 * drops one line break at the end, which editors and `echo` add.
 *
 * @throws AppError INVALID_VALUE when it is not UTF-8, VALUE_TOO_LARGE over 1 MiB.
 */
export async function readSecretValue(
  input: Readable & { isTTY?: boolean },
  screen: Writable,
  prompt: string,
): Promise<Sensitive> {
  return new Sensitive(input.isTTY === true ? await ask(input, screen, prompt) : await readAll(input))
}

async function ask(input: Readable, screen: Writable, prompt: string): Promise<string> {
  // Receives what readline would show of the input.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  // From here on the terminal does not show the input.
  screen.write(prompt)
  const cancelled = new AbortController()
  lines.once('SIGINT', () => cancelled.abort())
  lines.once('close', () => cancelled.abort())
  try {
    return await lines.question('', { signal: cancelled.signal })
  } catch {
    throw new AppError('INVALID_VALUE', 'No value was given. Nothing was changed.')
  } finally {
    lines.close()
    screen.write('\n')
  }
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > MOST_BYTES) throw new AppError('VALUE_TOO_LARGE', 'The value on standard input is over 1 MiB.')
  }
  try {
    // ignoreBOM keeps a leading U+FEFF, which belongs to the value.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
    return text.replace(/\r?\n$/, '')
  } catch {
    throw new AppError(
      'INVALID_VALUE',
      'The value on standard input is not UTF-8 text: encode it, as base64 say.',
    )
  }
}
