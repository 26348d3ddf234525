import { cmdWords, isForCmd } from './cmd-words.ts'
import { posixWords } from './posix-words.ts'
import type { Words } from './words.ts'

/**
 * Splits what was pasted as the shell does for which it was written: that of POSIX with the `$'…'` of bash, or the
 * cmd of Windows.
 *
 * @throws AppError INVALID_FIELD
 */
export function splitWords(text: string): Words {
  return isForCmd(text) ? cmdWords(text) : posixWords(text)
}
