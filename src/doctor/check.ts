import type { Config } from '../config.ts'
import type { Progress } from '../keys/key-command.ts'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'

/** What one check found. It contains only names and ids, never a value. */
export interface Finding {
  check: string
  status: 'ok' | 'warning' | 'error'
  message: string
  /** The things that it is about, when there are several. */
  items?: readonly Item[]
}

export interface Item {
  workspace: string
  /** The name of a secret or the kid of a key. */
  name?: string
  reason: string
}

export interface Examination {
  store: Store
  config: Config
  log: Logger
  progress(what: string, total: number): Progress
  stopping: AbortSignal
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message })

export const warning = (check: string, message: string, items?: readonly Item[]): Finding => ({
  check,
  status: 'warning',
  message,
  ...(items && { items }),
})

export const error = (check: string, message: string, items?: readonly Item[]): Finding => ({
  check,
  status: 'error',
  message,
  ...(items && { items }),
})
