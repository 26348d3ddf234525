import type { Egress } from '../egress/index.ts'
import type { Logger } from '../log.ts'
import type { Redactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepContext } from '../steps/index.ts'
import type { RunState } from './run-state.ts'

interface ContextParts {
  egress: Egress
  redactor: Redactor
  log: Logger
  workspace: string
  run: string
  position: number
  attempt: number
  state: RunState
  /** Names of the secrets that the step has in hand. */
  inHand: readonly string[]
  /** Names of those that it may put anywhere in its requests. */
  anyPlace: ReadonlySet<string>
  signal: AbortSignal
}

/** All that a step gets besides its input. */
export function createStepContext(parts: ContextParts): StepContext {
  const { egress, redactor, log, workspace, run, position, attempt, state, inHand, anyPlace, signal } = parts
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, data?: object) =>
    log[level]({ data: redactor.data(data) }, redactor.text(String(message)))
  const secrets = {
    find: (input: string | Uint8Array) => redactor.find(input),
    policies: state.policies,
    inHand,
    anyPlace,
    signal,
  }
  return Object.freeze({
    http: egress.forStep(secrets),
    maxResponseBytes: egress.maxResponseBytes,
    lookup: egress.lookupForStep(secrets),
    protect(value: string) {
      const owners = [...new Set([...inHand, ...redactor.find(value)])]
      if (owners.length > 0) state.learnDerived(owners, new Sensitive(value))
      return value
    },
    mask: (text: string) => state.mask(text),
    signal,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    attempt,
    idempotencyKey: `${run}.${position}`,
    workspace,
    run: `${workspace}.${run}`,
  })
}
