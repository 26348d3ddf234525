import { installConsoleCapture } from '../../executor/console.ts'
import { createLogger, type Logger } from '../../log.ts'
import { createRedactor, type RunRedactor } from '../../redactor/index.ts'

/** A line that a step logged or printed. */
export interface Line {
  readonly place: 'log' | 'console'
  /** Redacted, as it is stored. */
  readonly text: string
  /** Before redaction. */
  readonly trueText: string
}

/** Keeps the lines of a step, both before and after redaction. */
export class Lines {
  readonly all: Line[] = []
  readonly log: Logger
  /** Remembers the text that passes through it on the way to the log. */
  readonly redactor: RunRedactor
  #pending: unknown[] = []

  constructor(redactor: RunRedactor) {
    const through = <T>(input: T): T => {
      if (input !== undefined) this.#pending.push(input)
      return input
    }
    this.redactor = {
      ...redactor,
      text: (input) => redactor.text(through(input)),
      data: (input) => redactor.data(through(input)),
    }
    this.log = createLogger('debug', 'test', { write: (line: string) => this.#add(line) })
  }

  shown(place: Line['place']): string[] {
    return this.all.filter((it) => it.place === place).map((it) => it.text)
  }

  #add(written: string): void {
    const { level, msg, data, printed }: Readonly<Record<string, unknown>> = JSON.parse(written)
    const untouched = createRedactor()
    const trueText = this.#pending.map((it) => textOf(untouched.data(it))).join(' ')
    this.#pending = []
    const place = printed === true ? 'console' : 'log'
    const text = [
      ...(printed ? [] : [`${level}:`]),
      textOf(msg),
      ...(data === null || data === undefined ? [] : [textOf(data)]),
    ]
    this.all.push({ place, text: text.join(' '), trueText })
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

let users = 0
let undo: (() => void) | undefined

/** Redirects what steps print to their lines until it is released. Several steps may run at the same time. */
export function captureOutput(): () => void {
  if (users++ === 0) undo = installConsoleCapture()
  return () => {
    if (--users === 0) undo?.()
  }
}
