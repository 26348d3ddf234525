import { setTimeout as sleep } from 'node:timers/promises'
import type { Egress, HttpTrace, StepSecrets } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { Resolver } from '../resolver/resolver.ts'
import type { Sensitive } from '../sensitive.ts'
import {
  askedType,
  declaredDestinations,
  type Registry,
  type RenderedInput,
  type StepType,
  secretNames,
  upToDate,
} from '../steps/index.ts'
import { JsonText } from '../steps/json-text.ts'
import type { AutomationStep } from '../store/entities/index.ts'
import type { HandedSecret } from '../store/runs/run-job.ts'
import { captureConsole } from './console.ts'
import { assertDestinations, type FieldsOfSecrets, ownersInInput, textsIn } from './destinations.ts'
import { assertFieldPlaces } from './field-places.ts'
import type { RunFiles } from './files/run-files.ts'
import type { MemoryShare } from './memory.ts'
import { createReach, fieldsOfSecrets } from './reach.ts'
import { catchUp, renderStep } from './render-step.ts'
import type { LimitName } from './run-budget.ts'
import type { RunState } from './run-state.ts'
import type { RunMetrics } from './run-watch.ts'
import type { SecretUses } from './secret-uses.ts'
import { settleOrAbort } from './settle-or-abort.ts'
import type { StepCaches } from './step-cache.ts'
import { createStepContext } from './step-context.ts'
import { checkedJson, outputJson, protectMarked } from './step-output.ts'
import type { StepReport } from './step-report.ts'

export interface StepParts {
  registry: Registry
  resolver: Resolver
  egress: Egress
  redactor: RunRedactor
  log: Logger
  refused?: ((name: LimitName) => void) | undefined
  /** What steps keep between runs. */
  caches?: StepCaches | undefined
  metrics?: Pick<RunMetrics, 'egressRefused'> | undefined
}

export interface StepCall {
  workspace: string
  run: string
  definition: AutomationStep
  position: number
  /** The steps before it. */
  earlier: readonly AutomationStep[]
  attempt: number
  /** How long ago the attempt began, if it had begun before (milliseconds). */
  waited?: number
  state: RunState
  signal: AbortSignal
  /** Those of the run; undefined: nothing can be kept here. */
  files?: RunFiles | undefined
  /** The memory of its run for large data. */
  share?: MemoryShare | undefined
  /** All secrets that it names, if they were handed out to it. */
  handed?: readonly HandedSecret[] | undefined
  trace?: HttpTrace | undefined
  /** Collects what becomes of its secrets. */
  uses?: SecretUses | undefined
  /** What it tells of its work; undefined: nobody asks. */
  report?: StepReport | undefined
}

/** A step with its values in hand, which has done nothing yet. */
export interface PreparedStep {
  type: StepType
  input: RenderedInput
  /** Names of the secrets that it has in hand: those that it names, and those in what earlier steps gave it. */
  inHand: readonly string[]
  /** Those of them that it does not name: that it has them is to be put on record when it starts. */
  byOutput: readonly string[]
  /** Whether nobody has to look for others in what it sends. */
  isAllInHand: boolean
  /** Names of those that it may put anywhere in its requests; an error: it may not run with what it has in hand. */
  anyPlace: ReadonlySet<string> | AppError
  /** Of a step type that declares where each of its fields goes. */
  counted?: StepSecrets['counted']
  /** Of the same: in which fields its secrets are. */
  fields?: FieldsOfSecrets
  /** Ids of the files that its fields name. */
  namedFiles: readonly string[]
}

// A step whose author sets no limit is ended after this time.
const STEP_TIMEOUT_SECONDS = 10 * 60
// How long a step that was told to stop may take to clean up (milliseconds).
const ABORT_GRACE = 1000

/**
 * Resolves what the step names and renders its fields.
 *
 * @throws AppError SECRET_NOT_FOUND, SECRET_UNREADABLE, SECRET_NOT_ALLOWED, UNKNOWN_VARIABLE, INVALID_FIELD,
 *   STEP_FAILED; any other error is the worker's trouble and not the step's.
 */
export async function prepareStep(parts: StepParts, call: StepCall): Promise<PreparedStep> {
  const { state, workspace, run, handed } = call
  const { redactor, resolver } = parts
  const knowledge = { state, redactor, signal: call.signal }
  const { ask } = call.definition
  const own = findType(parts.registry, call.definition.type)
  const found = ask ? askedType(own, ask) : own
  // Refuses one that could not be brought up to date.
  const definition = await upToDate(found, call.definition)
  const names = secretNames(parts.registry, definition)
  const secrets = handed
    ? await resolver.open(workspace, handed)
    : await resolver.resolve({ workspace, run, step: definition.key, names })
  for (const [name, secret] of secrets) state.learnSecret(name, secret)

  await catchUp(parts.registry, knowledge, call.earlier)
  const values = new Map([...secrets].map(([name, { value }]) => [name, value]))
  const { input, secrets: used, fieldSecrets } = await renderStep(found, definition, knowledge, values)
  const settledType = await settled(found, input, definition)
  const type = ask ? { ...settledType, run: found.run } : settledType
  const { named: namedFiles, secrets: inFiles } = await readNamedFiles(call, input)
  const isAllInHand = state.knowsOnly(new Set([...names, ...used, ...inFiles]))
  const isDeclared = declaredDestinations(type) !== undefined
  const owners = isAllInHand && !isDeclared ? new Map() : await ownersInInput(input, redactor, call.signal)
  // Those that its fields name, and those whose values came by way of an earlier step's output.
  const inHand = [...new Set([...names, ...used, ...inFiles, ...[...owners.values()].flat()])]
  const byOutput = inHand.filter((name) => !names.includes(name))
  const find = (text: string) => [...(owners.get(text) ?? redactor.find(text))]
  const fields = isDeclared ? fieldsOfSecrets(input, fieldSecrets, find) : undefined
  const places = () => {
    const refused = (secret: string, host: string) => call.uses?.decided({ secret, host, outcome: 'refused' })
    assertDestinations(type, input, inHand, state.policies, refused, fields)
    return assertFieldPlaces({ type, raw: definition.fields, input, fieldSecrets }, find, state.policies)
  }
  const anyPlace = orAppError(places)
  const isReady = fields && !(anyPlace instanceof AppError)
  const counted = isReady ? createReach(type, input, inHand, fields) : undefined
  return {
    type,
    input,
    inHand,
    byOutput,
    isAllInHand,
    anyPlace,
    namedFiles,
    ...(counted && fields && { counted, fields }),
  }
}

/** The files that a step can read, and names of the secrets in them: it has those in hand. */
async function readNamedFiles({ files, signal }: StepCall, input: RenderedInput) {
  const named = files && !files.isEmpty ? files.idsIn(textsIn(input)) : []
  const secrets = new Set<string>()
  for (const id of named) for (const name of (await files?.secretsIn(id, signal)) ?? []) secrets.add(name)
  return { named, secrets }
}

async function settled(type: StepType, input: RenderedInput, { fields }: AutomationStep): Promise<StepType> {
  const { elsewhere, configured = {} } = type
  try {
    return elsewhere ? { ...(await elsewhere.settle(input, fields)), configured } : type
  } catch (error) {
    if (error instanceof AppError) throw error
    // A plugin's own error may quote the input, and it is no trouble of the worker's.
    throw new AppError(
      'STEP_FAILED',
      'The step type could not tell where it sends this, or how long it waits.',
    )
  }
}

function orAppError<T>(work: () => T): T | AppError {
  try {
    return work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/**
 * Runs the step and gives back its true output as JSON.
 *
 * @throws whatever the step threw: only a redacted message of it may be kept.
 */
export async function executeStep(
  parts: StepParts,
  call: StepCall,
  { type, input, inHand, isAllInHand, anyPlace, counted, fields, namedFiles }: PreparedStep,
): Promise<string> {
  if (anyPlace instanceof AppError) {
    if (anyPlace.code === 'DESTINATION_NOT_ALLOWED') {
      parts.metrics?.egressRefused('secret')
      call.uses?.refused(inHand)
    }
    throw anyPlace
  }
  const timeout = new AbortController()
  const { pause, limit } = timesOf(call, { type, input })
  const clock = startClock(limit, () => {
    parts.refused?.('step_time')
    timeout.abort(stepTimedOut(timeoutOf(call)))
  })
  const signal = AbortSignal.any([call.signal, timeout.signal])
  const log = parts.log.child({ run: `${call.workspace}.${call.run}`, step: call.definition.key })
  try {
    const { share, uses } = call
    const room = share && ((bytes: number) => clock.without(() => share.take(bytes, signal)))
    const held = { inHand, isAllInHand, anyPlace, counted, decided: uses?.decided }
    const obtained = new Set<Sensitive>()
    const known = { ...held, type, fields, obtained, namedFiles }
    const { context, made, release } = createStepContext({ ...parts, ...call, ...known, log, signal, room })
    const work = captureConsole(parts.redactor, log, async () => {
      if (pause > 0) await sleep(pause, undefined, { signal })
      return protectMarked(type.output, () => type.run(input, context), context.protect)
    }).finally(release)
    const output = await settleOrAbort(work, signal, ABORT_GRACE).catch(async (error: unknown) => {
      // Nobody can name what a failed attempt has kept.
      if (!call.signal.aborted) await call.files?.drop(made())
      throw error
    })
    if (output instanceof JsonText) return await checkedJson(output.text, parts.redactor, signal)
    return outputJson(output, () => parts.refused?.('output'), obtained)
  } finally {
    clock.stop()
  }
}

const timeoutOf = ({ definition }: StepCall): number => definition.timeoutSeconds ?? STEP_TIMEOUT_SECONDS

/** How long a step still waits before it works, and how long both together may still take (milliseconds). */
export function timesOf(
  call: StepCall,
  { type, input }: Pick<PreparedStep, 'type' | 'input'>,
): { pause: number; limit: number } {
  const limit = timeoutOf(call) * 1000
  const delay = (type.delaySeconds?.(input) ?? 0) * 1000
  // The time in which no worker had the run, beyond what it was to wait, is not the step's.
  const done = Math.min(call.waited ?? 0, delay, limit)
  return { pause: delay - done, limit: limit - done }
}

/** The time of a step, less what it waits for the worker. */
function startClock(ms: number, over: () => void) {
  let endsAt = performance.now() + ms
  let timer = setTimeout(over, ms)
  let waits = 0
  let from = 0
  return {
    async without(work: () => Promise<void>): Promise<void> {
      if (waits++ === 0) {
        from = performance.now()
        clearTimeout(timer)
      }
      try {
        await work()
      } finally {
        if (--waits === 0) {
          endsAt += performance.now() - from
          timer = setTimeout(over, endsAt - performance.now())
        }
      }
    },
    stop: () => clearTimeout(timer),
  }
}

function findType(registry: Registry, type: string): StepType {
  const found = registry.list().find((it) => it.type === type)
  if (found) return found
  const advice = 'Install the plugin that has it on every worker, or change the step.'
  throw new AppError('STEP_FAILED', `This worker has no step type ${type}. ${advice}`)
}

function stepTimedOut(seconds: number): AppError {
  const time = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
  return new AppError('TIMEOUT', `The step took over ${time} and was stopped.`)
}
