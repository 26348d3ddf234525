import { createInterface } from 'node:readline/promises'
import { AppError } from '../errors.ts'

/**
 * Asks a person at a terminal for a yes.
 *
 * @throws AppError INVALID_CONFIG when nobody is there to answer.
 */
export async function askFor(question: string, { yes }: { yes?: true | undefined }): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY)
    throw new AppError(
      'INVALID_CONFIG',
      'There is no terminal to ask at. Give --yes to do it without a question.',
    )
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
