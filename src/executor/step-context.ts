import type { Egress, HttpTrace, SecretDecision, StepSecrets } from '../egress/index.ts'
import type { Logger } from '../log.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepContext } from '../steps/index.ts'
import type { RunState } from './run-state.ts'

interface ContextParts {
  egress: Egress
  redactor: RunRedactor
  log: Logger
  workspace: string
  run: string
  position: number
  attempt: number
  state: RunState
  /** Names of the secrets that the step has in hand. */
  inHand: readonly string[]
  /** Whether all that a search could find is among them, and may stand in any place. */
  isAllInHand: boolean
  /** Names of those that it may put anywhere in its requests. */
  anyPlace: ReadonlySet<string>
  /** Of a step type that declares where each of its fields goes. */
  counted?: StepSecrets['counted']
  /** Told of what becomes of its secrets. */
  decided?: ((decision: SecretDecision) => void) | undefined
  signal: AbortSignal
  trace?: HttpTrace | undefined
  /** Waits for memory for so many bytes of an answer. */
  room?: ((bytes: number) => Promise<void>) | undefined
}

/** All that a step gets besides its input. */
export function createStepContext(parts: ContextParts): StepContext {
  const { egress, redactor, log, workspace, run, position, attempt, state, inHand, isAllInHand } = parts
  const { anyPlace, signal, trace, room, decided, counted } = parts
  const prepared = new WeakMap<Uint8Array, { knowledge: number; names: string[] }>()
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, data?: object) =>
    log[level]({ data: redactor.data(data) }, redactor.text(String(message)))
  const secrets = {
    workspace,
    find(input: string | Uint8Array) {
      const known = typeof input === 'string' ? undefined : prepared.get(input)
      return known?.knowledge === redactor.knowledge ? known.names : redactor.find(input)
    },
    async prepare(input: Uint8Array) {
      const { knowledge } = redactor
      if (prepared.get(input)?.knowledge === knowledge) return
      prepared.set(input, { knowledge, names: await redactor.findIn([input], signal) })
    },
    policies: state.policies,
    inHand,
    isAllInHand,
    anyPlace,
    signal,
    trace,
    decided,
    ...(room && { room }),
    ...(counted && { counted }),
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
