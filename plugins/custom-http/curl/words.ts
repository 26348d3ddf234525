import { cmdWords, isForCmd } from './cmd-words.ts'
import { posixWords } from './posix-words.ts'

/** The arguments of one command, quotes and escapes undone. */
export interface Words {
  readonly words: readonly string[]
  /** What of the text was left out, and why. */
  readonly notes: readonly string[]
}

/**
 * Splits what was pasted as the shell does for which it was written: that of POSIX with the `$'…'` of bash, or the
 * cmd of Windows.
 *
 * @throws AppError INVALID_FIELD
 */
export function splitWords(text: string): Words {
  return isForCmd(text) ? cmdWords(text) : posixWords(text)
}
