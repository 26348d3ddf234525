/** Every exit code of `lockstep`, with what it means. Some are those of sysexits.h. */
export const exitCodes = {
  0: 'It is done.',
  1: 'It was refused, or has failed. The message says why.',
  2: '`automations apply --dry-run`: it would change something.',
  3: 'The run that was watched has failed or was cancelled.',
  64: 'The command is not written as it has to be: a wrong option or argument.',
  65: '`audit verify`: a row was changed, is missing or stands in another place.',
  75: 'It has done its part, and says what has to be done before it is run again.',
  78: 'A setting or a file that it needs is wrong, or the token is not known: another try would meet the same.',
  130: 'It was interrupted (Ctrl+C). Run again, it goes on.',
} as const

export type ExitCode = keyof typeof exitCodes

export const WOULD_CHANGE = 2
export const RUN_FAILED = 3
export const USAGE = 64
/** EX_DATAERR */
export const CHANGED = 65
/** The code of a program that SIGINT ended, as shells report it. */
export const INTERRUPTED = 130
