import { cmdWords, isForCmd } from './cmd-words.ts'
import { posixWords } from './posix-words.ts'
import type { Words } from './words.ts'

/**
 * Splits what was pasted as the shell does for which it was written: that of POSIX with the `$'…'` of bash, the
 * cmd of Windows, or PowerShell.
 *
 * @throws AppError INVALID_FIELD
 */
export function splitWords(text: string): Words {
  if (isForPowerShell(text)) return posixWords(fromPowerShell(text))
  return isForCmd(text) ? cmdWords(text) : posixWords(text)
}

/** PowerShell continues a line with a backtick, and escapes with it. */
function isForPowerShell(text: string): boolean {
  const outsideQuotes =
    /(?:[^'"\\`]+|\\[\s\S]|'[^']*'|"[^"\\`]*(?:(?:\\|`)[\s\S][^"\\`]*)*"|`(?![ \t]*\r?\n))*/y
  outsideQuotes.test(text)
  return text.charAt(outsideQuotes.lastIndex) === '`'
}

function fromPowerShell(text: string): string {
  return text
    .replace(/`[ \t]*\r?\n/g, ' ')
    .replace(/`(["$`])/g, '\\$1')
    .replace(/(?<=\w)''(?=\w)/g, "'\\''")
}
