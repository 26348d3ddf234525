import { constants } from 'node:os'
import { onParentGone } from '../supervisor.ts'

// What comes so soon after the first request (milliseconds) is the same one: a terminal tells every process of a group, and
// each tells its children.
const SAME_REQUEST_MS = 500

export interface StopRequest {
  /** Resolves with the exit code when somebody asks this process to end in order. */
  asked: Promise<number>
  /** Aborts then: it also stops a start that is under way. */
  stopping: AbortSignal
  /** Resolves with the exit code when somebody asks again, to end at once. */
  hurried: Promise<number>
}

/** Listens for requests to end this process: signals, and the end of its supervisor. */
export function untilAskedToStop(): StopRequest {
  const controller = new AbortController()
  const { promise: asked, resolve: ask } = Promise.withResolvers<number>()
  const { promise: hurried, resolve: hurry } = Promise.withResolvers<number>()
  let firstAt: number | undefined
  const hear = (signal: 'SIGINT' | 'SIGTERM') => {
    firstAt ??= performance.now()
    if (performance.now() - firstAt > SAME_REQUEST_MS) hurry(128 + constants.signals[signal])
    ask(0)
    controller.abort()
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  onParentGone(() => hear('SIGTERM'))
  return { asked, stopping: controller.signal, hurried }
}
