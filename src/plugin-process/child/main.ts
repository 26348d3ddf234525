import { AppError } from '../../errors.ts'
import { parseJson } from '../../exact-json.ts'
import type { StepAsk } from '../../steps/ask.ts'
import { askedType } from '../../steps/asked.ts'
import { checkFields } from '../../steps/check-fields.ts'
import type { StepType } from '../../steps/define-step.ts'
import { destinationsOf } from '../../steps/destinations.ts'
import { protectedTexts } from '../../steps/protected-texts.ts'
import { createRegistry, fromModule, type Registry } from '../../steps/registry.ts'
import { StepFailure } from '../../steps/step-failure.ts'
import { validateInput } from '../../steps/validate-input.ts'
import { type Packed, unpack } from '../crossing.ts'
import { type Frame, PIECE_BYTES } from '../frames.ts'
import { packError } from '../read-error.ts'
import { listen, send } from './channel.ts'
import { Call, type CallFacts } from './context.ts'
import { lockDown } from './lock-down.ts'
import { shareSteps } from './plugin-imports.ts'
import { capturePrinting } from './printing.ts'
import { currentCall, heardOfSocket } from './tunnel.ts'

/**
 * The process of one plugin package. It has no key, no address of the database, no file but code, and no network: what its
 * steps may do, the worker does for them.
 */

const calls = new Map<string, Call>()
let registry: Registry

type Message = Readonly<Record<string, unknown>>

async function load(modules: readonly { name: string; url: string }[]): Promise<void> {
  try {
    const found: unknown[] = []
    for (const { name, url } of modules) found.push(...fromModule(name, await importDefault(name, url)))
    registry = createRegistry(found)
    send({ t: 'loaded', types: registry.list().map(described) })
  } catch (error) {
    send({ t: 'failed', error: packError(error) })
  }
}

async function importDefault(name: string, url: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(url)
    return module.default
  } catch (error) {
    const reason = reasonOf(error)
    throw new AppError('INVALID_STEP_TYPE', `The plugin ${name} cannot be loaded: ${reason}`)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it threw something that is no error'
  if (!('code' in error && error.code === 'ERR_ACCESS_DENIED')) return error.message
  const file = 'resource' in error && typeof error.resource === 'string' ? ` (${error.resource})` : ''
  return `it does while it loads what no step type may${file}: docs/step-types.md says what that is`
}

/** A definition as plain data, with which of its functions there are. */
function described(type: StepType): object {
  const { fields, destinations, delaySeconds, migrate, choices, check, run, ...plain } = type
  const declared = typeof destinations === 'object' ? Object.entries(destinations) : undefined
  // Of a field whose destinations are computed, only that.
  const written = declared?.map(([name, it]) => [name, typeof it === 'function' ? null : it])
  const plainFields = Object.entries(fields).map(([name, { validate, ...field }]) => [name, field])
  return {
    definition: { ...plain, fields: Object.fromEntries(plainFields) },
    asked: {
      destinations: typeof destinations === 'function',
      delaySeconds: delaySeconds !== undefined,
      migrate: migrate !== undefined,
      check: check !== undefined,
      choices: Object.keys(choices ?? {}),
    },
    ...(written && { declared: Object.fromEntries(written) }),
    isValidated: Object.values(fields).some((it) => it.validate !== undefined),
  }
}

async function run(message: Message): Promise<void> {
  const id = String(message['call'])
  const call = new Call(id, message['facts'] as CallFacts)
  calls.set(id, call)
  try {
    const found = registry.get(String(message['type']))
    const ask = message['ask'] as StepAsk | undefined
    const type = ask ? askedType(found, ask) : found
    const input = inputOf(type, message)
    const output = await currentCall.run({ id }, async () => type.run(input, call.context))
    for (const text of protectedTexts(type.output, output)) call.context.protect(text)
    sendOutput(id, call.outputJson(output))
    send({ t: 'done', call: id })
  } catch (error) {
    const failed = StepFailure.outputOf(error)
    if (failed) sendFailed(call, id, failed.output)
    send({ t: 'threw', call: id, error: packError(error), hasOutput: failed !== undefined })
  } finally {
    calls.delete(id)
  }
}

/** What comes with a failure, if JSON can hold it. */
function sendFailed(call: Call, id: string, output: unknown): void {
  try {
    sendOutput(id, call.outputJson(output))
  } catch {
    sendOutput(id, 'null')
  }
}

function inputOf(type: StepType, { input, raw }: Message): Readonly<Record<string, unknown>> {
  const rendered = unpack(input as Packed) as Record<string, unknown>
  return raw === undefined ? rendered : validateInput(type, raw, rendered)
}

function sendOutput(call: string, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    send({ t: 'output', call }, bytes.subarray(at, at + PIECE_BYTES))
  }
}

/** What is asked of a definition outside of a run. */
function ask({ ask: id, key, type: name, raw, input, from }: Message): void {
  try {
    const type = registry.get(String(name))
    const value = typeof from === 'number' ? migrated(type, raw, from) : answered(type, { key, raw, input })
    send({ t: 'answered', ask: id, value })
  } catch (error) {
    send({ t: 'answered', ask: id, error: packError(error) })
  }
}

function answered(type: StepType, { key, raw, input }: Message): object | undefined {
  if (raw !== undefined) checkFields({ key: String(key), type }, raw)
  return input === undefined ? undefined : told(type, unpack(input as Packed) as Record<string, unknown>)
}

function migrated(type: StepType, fields: unknown, from: number): string {
  const made = type.migrate?.(parseJson(String(fields)) as Record<string, unknown>, from)
  return JSON.stringify(made ?? null)
}

function told(type: StepType, input: Readonly<Record<string, unknown>>): object {
  const { destinations } = type
  const declared = typeof destinations === 'object' ? Object.keys(destinations) : []
  return {
    destinations: typeof destinations === 'function' ? destinations(input) : undefined,
    declared: Object.fromEntries(declared.map((name) => [name, destinationsOf(type, input, name)])),
    delaySeconds: type.delaySeconds?.(input),
  }
}

function take({ message, bytes }: Frame): void {
  const { t, call } = message
  if (t === 'ping') send({ t: 'pong' })
  else if (t === 'load') void load(message['modules'] as { name: string; url: string }[])
  else if (t === 'ask') ask(message)
  else if (t === 'run') void run(message)
  else if (t === 'abort') calls.get(String(call))?.abort(message['error'])
  else if (t === 'socket') heardOfSocket(message['says'] as Message, bytes)
  else calls.get(String(call))?.heard(message, bytes)
}

for (const name of Object.keys(process.env))
  if (/^(?:PATH|MALLOC_.*|PWD|OLDPWD|SHLVL|_)$/.test(name)) delete process.env[name]
capturePrinting()
process.on('unhandledRejection', tellLeftBehind)
process.on('uncaughtException', tellLeftBehind)
shareSteps()
lockDown()
listen(take)

/** What a step left behind, such as a timer, ends neither the process nor other calls. */
function tellLeftBehind(error: unknown): void {
  const call = currentCall.getStore()?.id
  if (call !== undefined)
    send({ t: 'left', call, ...packError(error), ...(typeof error === 'string' && { message: error }) })
}
