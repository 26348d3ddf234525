import { AppError } from '../errors.ts'

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

/** A foreign error may quote a value, so nothing of it is shown. */
export function errorOf(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return { code: 'INTERNAL', message: 'Something went wrong that nobody expected.' }
}
