import { AppError, type ErrorCode } from '../errors.ts'

/** What a command tells on standard output: lines for people, or one JSON object. */
export interface Report {
  say(line: string): void
  /** Prints the object, if it is asked for. @param failure why the command ends so. */
  end(exitCode: number, failure?: unknown): void
}

export function createReport(
  json: boolean,
  print = (text: string) => void process.stdout.write(text),
): Report {
  const messages: string[] = []
  return {
    say: (line) => (json ? void messages.push(line) : print(`${line}\n`)),
    end(exitCode, failure) {
      if (!json) return
      const ok = exitCode === 0
      const end = failure === undefined ? { messages } : { error: errorOf(failure), messages }
      print(`${JSON.stringify({ ok, exitCode, ...end })}\n`)
    },
  }
}

/** The line of a command that failed and was asked for JSON: a program reads standard output alone. */
export function failureLine(exitCode: number, { code, message }: CommandError): string {
  return `${JSON.stringify({ ok: false, exitCode, error: { code, message } })}\n`
}

/** Why a command failed. BAD_USER_INPUT: it is not written as it has to be, or names a file that cannot be read. */
interface CommandError {
  code: ErrorCode | 'BAD_USER_INPUT'
  message: string
}

/** A foreign error may quote a value, so nothing of it is shown. */
export function errorOf(error: unknown): CommandError {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: 'INTERNAL', message: 'Something went wrong that nobody expected.' }
}
