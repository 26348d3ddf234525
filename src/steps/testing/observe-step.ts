import { setTimeout as delay } from 'node:timers/promises'
import { createEgress, type Egress, type Lookup, parseEgressAllow } from '../../egress/index.ts'
import { AppError } from '../../errors.ts'
import { parseJson } from '../../exact-json.ts'
import { executeStep, prepareStep } from '../../executor/attempt.ts'
import { outputOfFailure } from '../../executor/failed-output.ts'
import { openRunState, type RunState } from '../../executor/run-state.ts'
import { describeStepError } from '../../executor/step-error.ts'
import { StepReport } from '../../executor/step-report.ts'
import { createRunRedactor, type RunRedactor } from '../../redactor/index.ts'
import type { Resolver } from '../../resolver/resolver.ts'
import { inBothSchemes, type Policy, readPolicy } from '../../secret/policy.ts'
import { Sensitive } from '../../sensitive.ts'
import type { AutomationStep, StoredError } from '../../store/entities/index.ts'
import {
  askedType,
  checkFields,
  configuredSecrets,
  createRegistry,
  type StepType,
  upToDate,
  versionOf,
} from '../index.ts'
import { captureOutput, type Line, Lines } from './lines.ts'
import type { ShownFile, StepOutcome } from './step-outcome.ts'
import { TestCache } from './test-cache.ts'
import { TestFiles } from './test-files.ts'
import type { TestOptions } from './test-options.ts'

/** All that happened while a step ran, including the unredacted form of redacted text. */
export interface Observation {
  readonly outcome: StepOutcome
  readonly trueError: StoredError | undefined
  readonly lines: readonly Line[]
  /** How far it said that it is, which may tell a value. */
  readonly trueProgress: StepOutcome['progress'] | null
  /** The lines that it wrote, as they are stored with the run. */
  readonly stored: readonly string[]
  /** The results of filters on the secrets before the step began. */
  readonly derived: readonly string[]
  /** The values that the step passed to `context.protect`. */
  readonly guarded: readonly string[]
  /** What the step sent over HTTP: of each request the URL, the headers and the body. */
  readonly sent: readonly string[]
  /** The files that people could download. */
  readonly files: readonly ShownFile[]
  /** Whether the step was still at work when it had been told to stop long ago. */
  readonly goesOn: boolean
}

const step = { workspace: 'test', run: '00000000-0000-7000-8000-000000000000', key: 'tested' }
const LOOPBACK = '127.0.0.0/8, ::1, localhost'
// How long the test listens for what a step left behind, such as a timer that prints, in milliseconds.
const AFTERMATH = 30

/** @param network replaces the egress of the step. */
export async function observeStep(
  definition: StepType,
  options: TestOptions,
  network: (egress: Egress) => Egress = (egress) => egress,
): Promise<Observation> {
  const watched = watchEnd(definition)
  const registry = createRegistry([{ ...watched.type, configured: configurationOf(definition, options) }])
  const { fields, version = versionOf(definition) } = options
  const written = { key: step.key, type: definition.type, fields, version }
  const saved = await upToDate(registry.get(definition.type), written)
  const { ask } = options
  const own = registry.get(definition.type)
  checkFields({ key: step.key, type: ask ? askedType(own, ask) : own }, saved.fields)
  const redactor = createRunRedactor()
  const lines = new Lines(redactor)
  const derived: string[] = []
  const guarded: string[] = []
  const state = await openState(options, redactor, configuredSecrets(registry.get(definition.type)))
  const sent: string[] = []
  const egress = recording(network(openEgress(options)), sent)
  const caches = (options.cache ?? new TestCache()).caches()
  const parts = {
    registry,
    resolver: resolverOf(options),
    egress,
    redactor: lines.redactor,
    log: lines.log,
    caches,
  }
  const kept = new TestFiles({ ...step, redactor })
  const report = new StepReport(redactor)
  const call = { ...callOf({ ...saved, ...(ask && { ask }) }, options), files: kept.files, report }
  const release = captureOutput()
  try {
    const ended = await endOf(redactor, async () => {
      const prepared = await prepareStep(parts, { ...call, state: listening(state, derived) })
      return executeStep(parts, { ...call, state: listening(state, guarded) }, prepared)
    })
    await delay(AFTERMATH)
    const files = await kept.shown()
    const { log, progress } = report.redacted()
    const written = { log: lines.shown('log'), console: lines.shown('console') }
    const outcome = { ...ended.outcome, files, ...written, progress: progress ?? undefined }
    const goesOn = options.signal?.aborted === true && watched.isAtWork()
    const { trueProgress } = report
    const seen = { trueProgress, lines: lines.all, stored: log?.lines.map(({ text }) => text) ?? [], files }
    return { outcome, trueError: ended.trueError, ...seen, derived, guarded, sent, goesOn }
  } finally {
    release()
    await egress.close()
  }
}

/** The step type, and whether its `run` is still at work. */
function watchEnd(type: StepType): { type: StepType; isAtWork: () => boolean } {
  let atWork = 0
  const run: StepType['run'] = async (input, context) => {
    atWork++
    try {
      return await type.run(input, context)
    } finally {
      atWork--
    }
  }
  return { type: { ...type, run }, isAtWork: () => atWork > 0 }
}

/** What the test says that the operator has set, with the defaults of the definition. */
function configurationOf({ config = {} }: StepType, { config: given = {} }: TestOptions) {
  const [odd] = Object.keys(given).filter((it) => !Object.hasOwn(config, it))
  if (odd !== undefined) throw new AppError('INVALID_CONFIG', `The step type declares no config ${odd}.`)
  const values = Object.entries(config).map(([name, field]) => {
    const value = given[name] ?? field.default
    if (field.required && value === undefined)
      throw new AppError('INVALID_CONFIG', `The test gives no config ${name}, which the step type needs.`)
    return [name, field.secrets && value !== undefined ? new Sensitive(String(value)) : value]
  })
  return Object.fromEntries(values)
}

function recording(egress: Egress, sent: string[]): Egress {
  return {
    ...egress,
    forStep(secrets) {
      const http = egress.forStep(secrets)
      return (url, init = {}) => {
        const { headers = [], body = '' } = init
        const rows = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
        const bytes = body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body
        sent.push([url, ...rows.flat(), bytes].map(textOf).join('\n'))
        return http(url, init)
      }
    },
  }
}

const textOf = (it: unknown): string => (it instanceof Sensitive ? it.reveal() : String(it))

interface Ended {
  readonly outcome: Omit<StepOutcome, 'files' | 'log' | 'progress' | 'console'>
  readonly trueError: StoredError | undefined
}

async function endOf(redactor: RunRedactor, work: () => Promise<string>): Promise<Ended> {
  try {
    const trueOutput = parseJson(await work())
    const output = redactor.data(trueOutput)
    return { outcome: { status: 'SUCCEEDED', output, trueOutput, error: undefined }, trueError: undefined }
  } catch (thrown) {
    const error = await describeStepError(thrown, redactor)
    const status = error.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED'
    const trueError = await describeStepError(thrown, createRunRedactor())
    const kept = outputOfFailure(thrown)
    const trueOutput: unknown = kept === undefined ? null : JSON.parse(kept)
    return { outcome: { status, output: redactor.data(trueOutput), trueOutput, error }, trueError }
  }
}

function callOf(saved: AutomationStep, { attempt = 1, signal, steps = {} }: TestOptions) {
  return {
    workspace: step.workspace,
    run: step.run,
    definition: saved,
    position: Object.keys(steps).length,
    earlier: [],
    attempt,
    signal: signal ?? new AbortController().signal,
  }
}

/**
 * The state of a run whose earlier steps returned what the test says. Without a store nothing has to be sealed.
 */
async function openState(
  { trigger = null, steps = {} }: TestOptions,
  redactor: RunRedactor,
  configured: ReturnType<typeof configuredSecrets>,
): Promise<RunState> {
  const sealer = { seal: async (_at: unknown, value: string) => value }
  const opener = { openRunData: async (_at: unknown, sealed: string) => new Sensitive(sealed) }
  const openHanded = async () => new Map()
  const { workspace, run } = step
  const input = JSON.stringify(trigger)
  const state = await openRunState(
    { workspace, run, redactor, sealer, opener, openHanded, isNamedLater: () => true, configured },
    input,
    [],
  )
  for (const [position, [key, output]] of Object.entries(steps).entries()) {
    state.addOutput(position, key, JSON.stringify(output), true)
  }
  return state
}

/** @param heard gets the values that are derived from the secrets from now on. */
function listening(state: RunState, heard: string[]): RunState {
  return {
    ...state,
    learnDerived(names, value) {
      heard.push(value.reveal())
      state.learnDerived(names, value)
    },
    learnObtained(names, value, own) {
      heard.push(value.reveal())
      state.learnObtained(names, value, own)
    },
  }
}

function resolverOf(options: TestOptions): Resolver {
  const { secrets = {} } = options
  return {
    async resolve({ names }) {
      const missing = names.filter((name) => !Object.hasOwn(secrets, name))
      if (missing.length > 0) {
        throw new AppError('SECRET_NOT_FOUND', `The test gives no secret ${missing.join(', ')}.`)
      }
      return new Map(
        names.map((name) => {
          const value = new Sensitive(secrets[name] ?? '')
          return [name, { value, policies: policiesOf(name, options) }]
        }),
      )
    },
    open: async () => new Map(),
  }
}

function policiesOf(name: string, { allowedHosts = {}, policies = {} }: TestOptions): Policy[] {
  const hosts = allowedHosts[name] && { hosts: inBothSchemes(allowedHosts[name]) }
  return [hosts, policies[name]].flatMap((it) => (it ? [readPolicy(it)] : []))
}

function openEgress({ allow = '', hosts = {} }: TestOptions): Egress {
  const allowed = [LOOPBACK, allow, ...Object.keys(hosts)].filter((it) => it !== '').join()
  const lookup: Lookup = async (host) => {
    const address = hosts[host] ?? (host === 'localhost' ? '127.0.0.1' : undefined)
    if (address === undefined) throw unknownHost(host)
    return [{ address, family: address.includes(':') ? 6 : 4 }]
  }
  // Without `hosts` the names of this machine are used. With `hosts` a test wants to reach no other name.
  const named = Object.keys(hosts).length > 0 ? { lookup } : {}
  return createEgress({ allow: parseEgressAllow(allowed), backOffMs: 1, ...named })
}

function unknownHost(host: string): AppError {
  return new AppError('REQUEST_FAILED', `The test gives no address of ${host}. Name it in hosts.`)
}
