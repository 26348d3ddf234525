import { cmdWords, isForCmd } from './cmd-words.ts'
import { posixWords } from './posix-words.ts'

/** The arguments of one command, without quotes and escapes. */
export interface Words {
  readonly words: readonly string[]
  /** The parts of the text that were left out, and why. */
  readonly notes: readonly string[]
}

/**
 * Splits a pasted command like the shell that it was written for: a POSIX shell with the `$'…'` of bash, or the
 * cmd of Windows.
 *
 * @throws AppError INVALID_FIELD
 */
export function splitWords(text: string): Words {
  return isForCmd(text) ? cmdWords(text) : posixWords(text)
}
