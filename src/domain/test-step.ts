import { AppError } from '../errors.ts'
import { askedType, type Registry, type StepAsk } from '../steps/index.ts'
import { Run, StepRun } from '../store/entities/index.ts'
import { type EnqueuedRun, enqueueRunIn } from '../store/runs/enqueue.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { Em, Store } from '../store/store.ts'
import { STEP_KEY, STEP_KEY_RULE } from '../template/index.ts'
import type { Sealer } from '../vault/sealing.ts'
import type { Actor } from './audit.ts'
import { checkElsewhere, checkSteps, MAX_STEPS, type StepInput } from './check-steps.ts'
import { parsePublicId, publicId } from './ids.ts'
import type { WorkspaceLimits } from './limits.ts'
import { MAX_INPUT_BYTES, sealRun } from './new-run.ts'
import { type Once, takeOnce } from './once.ts'
import { jsonOf } from './plain-data.ts'
import { currentSteps } from './step-versions.ts'

/** What an earlier step is to have given: a sample, or what it gave in a run. */
export interface EarlierOutput {
  /** The key of the step, as templates name it. */
  key: string
  output?: unknown
  /** The public id of a run, in the place of `output`. */
  run?: string | null | undefined
  /** The key that the step had in that run, if it was another one. */
  keyInRun?: string | null | undefined
}

export interface StepTest {
  step: StepInput
  /** The trigger. */
  input?: unknown
  earlier?: readonly EarlierOutput[] | null | undefined
  /** What to ask for in the place of the step's work. */
  ask?: StepAsk | undefined
  /** How long it is waited for. */
  waitSeconds: number
  once?: Once | undefined
}

// A person waits for it in a form.
const ASK_SECONDS = 20

interface TestParts {
  store: Store
  sealer: Sealer
  intake: RunIntake
  registry: Registry
  limits: WorkspaceLimits
  settle(id: string, seconds: number): Promise<Run | undefined>
}

export async function testStep(
  parts: TestParts,
  actor: Actor,
  workspace: string,
  { step, input, earlier, ask, waitSeconds, once }: StepTest,
): Promise<StepRun> {
  const current = await currentSteps(parts.registry, [step])
  // A test of a step that fails shows how it fails, so it is not tried again.
  const checked = checkSteps(ask ? askedRegistry(parts.registry, ask) : parts.registry, current)
  const tested = checked.map(({ retry, onError, ...it }) => it)
  // A form that is still being filled in is asked with what it has.
  if (!ask) await checkElsewhere(parts.registry, tested)
  const steps = ask ? tested.map((it) => ({ ...it, ask, timeoutSeconds: ASK_SECONDS })) : tested
  const outputs = await earlierOutputs(parts.store.em(), workspace, step.key, earlier ?? [])
  await parts.limits.takeStart(workspace)
  const { key, type } = step
  const used = Object.keys(outputs)
  const asked = ask && ('check' in ask ? 'check' : `choices of ${ask.choices}`)
  const detail = { type, ...(used.length > 0 && { earlier: used }), ...(asked && { asked }) }
  const run = await sealRun(parts, {
    ...{ workspace, automation: null, steps, input, earlier: outputs },
    ...{ trigger: 'TEST', startedBy: actor.label, hookSignature: null },
    audit: { actor: actor.label, action: 'step.test', target: key, detail },
  })
  const id = await addOnce(parts, run, once)
  await parts.settle(publicId(workspace, id), waitSeconds)
  return testResult(parts.store.em(), { workspace, id }, key)
}

function askedRegistry(registry: Registry, ask: StepAsk): Registry {
  return { list: registry.list, get: (type) => askedType(registry.get(type), ask) }
}

/** @returns the id of the run, or of the one that the key has started before. */
async function addOnce(
  { store, intake }: Pick<TestParts, 'store' | 'intake'>,
  run: EnqueuedRun,
  once: Once | undefined,
): Promise<string> {
  if (!once) {
    await intake.add(run)
    return run.run
  }
  const earlier = await store.inTransaction(async (tx) => {
    const made = await takeOnce(tx, run.workspace, once, run.run)
    if (made === undefined) await enqueueRunIn(tx, run)
    return made
  })
  return earlier ?? run.run
}

/** @throws AppError INVALID_FIELD, LIMIT_REACHED, NOT_FOUND */
async function earlierOutputs(
  em: Em,
  workspace: string,
  tested: string,
  earlier: readonly EarlierOutput[],
): Promise<Record<string, unknown>> {
  if (earlier.length > MAX_STEPS) {
    throw new AppError('LIMIT_REACHED', `A test begins with the outputs of at most ${MAX_STEPS} steps.`)
  }
  const outputs: Record<string, unknown> = {}
  for (const it of earlier) {
    checkEarlier(it, tested)
    if (Object.hasOwn(outputs, it.key)) throw unfit(it.key, 'is given twice. Give one output for each step.')
    outputs[it.key] = it.run ? await storedOutput(em, workspace, it, it.run) : (it.output ?? null)
  }
  jsonOf('What a test begins with', outputs, MAX_INPUT_BYTES, 'Shorten the samples.')
  return outputs
}

function checkEarlier({ key, output, run }: EarlierOutput, tested: string): void {
  if (!STEP_KEY.test(key))
    throw new AppError('INVALID_FIELD', `The key of an earlier step is ${STEP_KEY_RULE}.`)
  if (key === tested) throw unfit(key, 'is the step that is tested. It has no output yet.')
  if (run && output !== undefined && output !== null)
    throw unfit(key, 'has both a sample and a run. Give one of them.')
}

/**
 * What people see of the output, not what the run had in hand: marks stay marks. A run of another workspace is answered as one
 * that there is not, so that nobody learns which ids exist elsewhere.
 */
async function storedOutput(
  em: Em,
  workspace: string,
  { key, keyInRun }: EarlierOutput,
  run: string,
): Promise<unknown> {
  const where = parsePublicId(run)
  const isHere = where !== undefined && where.workspace === workspace
  const isIn = isHere && { workspace, run: where.id, key: keyInRun ?? key, status: 'SUCCEEDED' as const }
  const found = isIn ? await em.findOne(StepRun, isIn, { fields: ['output'] }) : null
  if (found) return found.output
  throw new AppError(
    'NOT_FOUND',
    `There is no run ${run} in which the step ${keyInRun ?? key} gave an output.`,
  )
}

function unfit(key: string, reason: string): AppError {
  return new AppError('INVALID_FIELD', `The earlier step ${key} ${reason}`)
}

async function testResult(
  em: Em,
  { workspace, id }: { workspace: string; id: string },
  key: string,
): Promise<StepRun> {
  const step = await em.findOne(StepRun, { workspace, run: id, position: 0 })
  if (step) return step
  // No worker has started it, or the queue is full. The caller gets the current state, and the run goes on.
  const now = await em.findOneOrFail(Run, { workspace, id })
  const defaults = { attempt: 0, output: null, sealedOutput: null, secrets: [] as string[] }
  const { status, error, startedAt, finishedAt } = now
  return {
    ...defaults,
    workspace,
    run: id,
    position: 0,
    key,
    status,
    error,
    startedAt,
    finishedAt,
  } as StepRun
}
