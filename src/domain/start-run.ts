import { AppError } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import type { Run, RunTrigger } from '../store/entities/index.ts'
import type { RunJob } from '../store/queue.ts'
import type { RunSignals } from '../store/run-signals.ts'
import type { EnqueuedRun } from '../store/runs/enqueue.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { KnownHook } from '../store/runs/known-hooks.ts'
import type { StartableAutomation } from '../store/runs/read-automation.ts'
import type { EndedRun } from '../store/runs/told.ts'
import { createSealer, type sealInNode } from '../vault/sealing.ts'
import type { Actor } from './audit.ts'
import { pausedAutomation } from './automation-pause.ts'
import { automationNotFound } from './automations.ts'
import { passDoor, refuseUnsigned } from './hook-door.ts'
import { parsePublicId, publicId } from './ids.ts'
import type { WorkspaceLimits } from './limits.ts'
import { sealRun } from './new-run.ts'
import { checkKey, otherInput } from './once.ts'
import { hashRunKey } from './run-keys.ts'
import { chooseKey } from './workspace-keys.ts'

// A notification can be lost with its connection, so the run is read when none has come for so long (milliseconds).
const LOOK_AGAIN = 2000
// The run is written only while the automation is as it was read: so often it is read again.
const MOST_READS = 5

/** How a run is started, the same way whichever version of its automation it will be of. */
interface Start {
  trigger: Exclude<RunTrigger, 'TEST'>
  /** As the audit log shows it. */
  actor: string
  startedBy: string | null
  input: unknown
  key: string | undefined
  /** Keyed; absent: the key stands for a run whatever the input is. */
  inputHash?: string | undefined
  /** Told of a run before it is written. */
  beforeAdd?(run: EnqueuedRun): void
}

interface Parts {
  intake: RunIntake
  registry: Registry
  limits: WorkspaceLimits
  /** Seals the inputs of runs. */
  seal: typeof sealInNode
}

interface HookParts extends Parts {
  signals: RunSignals
  /** Waits until a run has ended, at most `seconds`. */
  settle(id: string, seconds: number): Promise<Run | undefined>
}

export interface HookOptions {
  key?: string | undefined
  waitSeconds: number
}

export interface HookedRun {
  id: string
  /** How it ended, if it did while it was waited for. */
  ended: EndedRun | undefined
}

/** A key that stands for the run that it started first within a day. */
export interface RunKey {
  key: string
  /** Of what the run is started with, keyed. */
  inputHash: string
}

/** Starts an automation by hand. @throws AppError NOT_FOUND, INVALID_FIELD, LIMIT_REACHED, CONFLICT */
export async function startAutomation(
  parts: Parts,
  { label }: Actor,
  automation: string,
  input: unknown,
  key?: RunKey,
): Promise<RunJob> {
  const where = parsePublicId(automation)
  if (!where) throw automationNotFound()
  const read = () => parts.intake.automationById(where.workspace, where.id)
  return startRun(parts, read, {
    trigger: 'MANUAL',
    actor: label,
    startedBy: label,
    input,
    key: undefined,
    ...key,
  })
}

/** The automation of a webhook as it was read, which may be a moment ago. */
export interface Hook extends KnownHook {
  token: string
}

/** Starts the automation of a webhook, and waits for its end. */
export async function startByHook(
  parts: HookParts,
  { token, automation, until }: Hook,
  request: unknown,
  { key, waitSeconds }: HookOptions,
): Promise<HookedRun> {
  if (key !== undefined) checkKey(key)
  const stop = new AbortController()
  let waited: { run: string; end: Promise<EndedRun | undefined> } | undefined
  const beforeAdd = ({ workspace, run, sealedInput }: EnqueuedRun) => {
    // From before the run is written, so that no end is missed.
    if (waitSeconds === 0) return
    const milliseconds = Math.min(waitSeconds * 1000, LOOK_AGAIN)
    waited = {
      run,
      end: parts.signals.waitForEnd({ workspace, run, sealedInput }, milliseconds, stop.signal),
    }
  }
  try {
    // Stops a caller who lets a request hang: it may have begun long before its URL was replaced.
    let known: StartableAutomation | undefined = until > performance.now() ? automation : undefined
    const read = async () => {
      const found = known ?? (await parts.intake.automationByHook(token))
      known = undefined
      return found
    }
    const start = { trigger: 'HOOK', actor: 'hook', startedBy: null, input: request, key, beforeAdd } as const
    const startedAt = performance.now()
    const { workspace, run } = await startRun(parts, read, start)
    const id = publicId(workspace, run)
    if (waitSeconds === 0) return { id, ended: undefined }
    const ended = waited?.run === run ? await waited.end : undefined
    if (ended) return { id, ended }
    // Its end was not said, or is long, or it is another run that the key stands for.
    const left = waitSeconds - (performance.now() - startedAt) / 1000
    return { id, ended: await readEnd(parts, id, Math.max(0, left)) }
  } finally {
    // Without a reason, an error with its stack would be made for each run.
    stop.abort(null)
  }
}

async function readEnd({ settle }: HookParts, id: string, seconds: number): Promise<EndedRun | undefined> {
  const run = await settle(id, seconds)
  if (!run?.finishedAt) return undefined
  const { status, error = null, output = null } = run
  return { status, error, output: output === null ? null : JSON.stringify(output) }
}

async function startRun(
  parts: Parts,
  read: () => Promise<StartableAutomation | undefined>,
  start: Start,
): Promise<RunJob> {
  for (let reads = 1; ; reads++) {
    const automation = await read()
    if (!automation) throw automationNotFound()
    if (automation.paused) throw pausedAutomation(automation.name)
    if (automation.version === 0) throw neverPublished()
    if (reads === 1) await parts.limits.takeStart(automation.workspace)
    const started = await startAsRead(parts, automation, start)
    if (started) return started
    if (reads === MOST_READS) throw savedMeanwhile()
  }
}

function neverPublished(): AppError {
  const advice = 'Complete it and publish it first.'
  return new AppError(
    'NOT_FOUND',
    `There is only a draft of this automation, and a draft does not run. ${advice}`,
  )
}

function savedMeanwhile(): AppError {
  return new AppError(
    'CONFLICT',
    'The automation was saved again and again while a run of it was started. Try again.',
  )
}

/** @returns undefined when the automation is no longer what was read. */
async function startAsRead(
  { intake, registry, seal }: Parts,
  { workspace, id, name, version, steps, keys, ...automation }: StartableAutomation,
  { trigger, actor, startedBy, input, key, inputHash, beforeAdd }: Start,
): Promise<RunJob | undefined> {
  const hookSignature = trigger === 'HOOK' ? automation.hookSignature : null
  if (hookSignature) refuseUnsigned(input, hookSignature)
  const sealer = createSealer({ currentKey: () => chooseKey(workspace, keys) }, seal)
  const audit = { actor, action: 'run.start', target: name, detail: { version } } as const
  const started = { trigger, startedBy, steps, hookSignature }
  const sealed = await sealRun(
    { sealer, registry },
    { workspace, automation: { id, version }, ...started, input, audit },
  )
  const isKnown = hookSignature === null || (await passDoor(intake, sealed, hookSignature))
  // An unsigned request must not take the key from the one that is signed.
  const keyHash = key !== undefined && isKnown ? hashRunKey({ workspace, automation: id, key }) : undefined
  const run = { ...sealed, keyHash, inputHash }
  beforeAdd?.(run)
  if (await intake.add(run)) return run
  if (keyHash === undefined) return undefined
  const earlier = await intake.findKeyedRun({ workspace, automation: id, keyHash })
  // A run of a hook, and one of a version of Lockstep without the hash, stands for any input.
  if (inputHash && earlier?.inputHash && earlier.inputHash !== inputHash) throw otherInput()
  if (earlier) return { workspace, run: earlier.run }
  // That run may just have been removed with age: the key is free to be taken by nobody any more.
  return (await intake.add({ ...run, keyHash: undefined })) ? run : undefined
}
