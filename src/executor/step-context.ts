import type { Egress, HttpTrace, SecretDecision, StepSecrets } from '../egress/index.ts'
import type { Logger } from '../log.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { Sensitive } from '../sensitive.ts'
import { configuredSecrets, type StepContext, type StepType } from '../steps/index.ts'
import type { AutomationStep, LogLevel } from '../store/entities/index.ts'
import type { FieldsOfSecrets } from './destinations.ts'
import type { RunFiles } from './files/run-files.ts'
import { createStepFiles } from './files/step-files.ts'
import { createProtect, isObtained, ownersOf } from './protect.ts'
import type { RunState } from './run-state.ts'
import { createStepCache, type StepCaches } from './step-cache.ts'
import { createConnect } from './step-connect.ts'
import type { StepReport } from './step-report.ts'

interface ContextParts {
  egress: Egress
  redactor: RunRedactor
  log: Logger
  workspace: string
  run: string
  type: StepType
  definition: AutomationStep
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
  /** Of the same: in which fields its secrets are. */
  fields?: FieldsOfSecrets | undefined
  /** What steps keep between runs; undefined: nothing can be kept here. */
  caches?: StepCaches | undefined
  /** The files of the run; undefined: nothing can be kept here. */
  files?: RunFiles | undefined
  /** Ids of the files that its fields name. */
  namedFiles?: readonly string[] | undefined
  /** Collects what it protects. */
  obtained: Set<Sensitive>
  /** Told of what becomes of its secrets. */
  decided?: ((decision: SecretDecision) => void) | undefined
  signal: AbortSignal
  /** What the step tells of its work; undefined: nobody asks. */
  report?: StepReport | undefined
  trace?: HttpTrace | undefined
  /** Waits for memory for so many bytes of an answer. */
  room?: ((bytes: number) => Promise<void>) | undefined
}

/** All that a step gets besides its input. */
export function createStepContext(parts: ContextParts): {
  context: StepContext
  /** Ids of the files that it has made. */
  made(): string[]
  release(): Promise<void>
} {
  const { egress, redactor, log, workspace, run, position, attempt, state, inHand, isAllInHand } = parts
  const { anyPlace, signal, trace, room, decided, counted, report } = parts
  const prepared = new WeakMap<Uint8Array, { knowledge: number; names: string[] }>()
  const write = (level: LogLevel) => (message: string, data?: object) => {
    const [text, safe] = [String(message), redactor.data(data)]
    log[level]({ data: safe }, redactor.text(text))
    report?.write(level, text, safe ?? undefined)
  }
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
  const protect = createProtect({ ...parts, stepKey: parts.definition.key })
  const owners = (from: readonly string[] | undefined) =>
    new Map([
      ...ownersOf(parts, from).flatMap((name) => ownValue(state, name)),
      ...configuredSecrets(parts.type),
    ])
  const lookup = egress.lookupForStep(secrets)
  const { maxResponseBytes } = egress
  const { connect, close } = createConnect({ lookup, maxResponseBytes, signal })
  const { cache, release } = createStepCache({
    caches: parts.caches,
    workspace,
    stepType: parts.type.type,
    owners,
    protect: (value, from) => protect(value, { from }),
    signal,
  })
  const { files, http, made } = createStepFiles({
    files: parts.files,
    http: egress.forStep(secrets),
    position,
    named: parts.namedFiles ?? [],
    inHand,
    signal,
  })
  const context = Object.freeze({
    http,
    files,
    maxResponseBytes,
    lookup,
    connect,
    protect,
    cache,
    mask: (text: string) => state.mask(text),
    config: parts.type.configured ?? {},
    signal,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    progress: (done: number, total?: number) => report?.progress(done, total),
    attempt,
    idempotencyKey: `${run}.${position}`,
    workspace,
    run: `${workspace}.${run}`,
  })
  const ended = async () => {
    close()
    await release()
  }
  return { context, made, release: ended }
}

function ownValue(state: RunState, name: string): [string, Sensitive][] {
  const value = state.secrets.get(name)
  return value && !isObtained(name) ? [[name, value]] : []
}
