import { cmdWords, isForCmd } from './cmd-words.ts'
import { posixWords } from './posix-words.ts'
import { isForPowerShell, isPlainExe, powerShellWords } from './powershell-words.ts'
import type { Words } from './words.ts'

/**
 * Splits what was pasted as the shell does for which it was written: that of POSIX with the `$'…'` of bash, the
 * cmd of Windows, or PowerShell.
 *
 * @throws AppError INVALID_FIELD
 */
export function splitWords(text: string): Words {
  if (isForPowerShell(text)) return powerShellWords(text)
  return isForCmd(text) || isPlainExe(text) ? cmdWords(text) : posixWords(text)
}
