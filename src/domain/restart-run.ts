import { AppError } from '../errors.ts'
import { holdsMark } from '../secret-mark.ts'
import type { Registry } from '../steps/index.ts'
import { type AutomationStep, Run, StepRun } from '../store/entities/index.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { RunJob } from '../store/runs/run-job.ts'
import type { Em, Store } from '../store/store.ts'
import { ownValue, type Path, referencesIn } from '../template/index.ts'
import { createSealer, type sealInNode } from '../vault/sealing.ts'
import type { Actor } from './audit.ts'
import { pausedAutomation } from './automation-pause.ts'
import { automationNotFound } from './automations.ts'
import { parsePublicId } from './ids.ts'
import type { WorkspaceLimits } from './limits.ts'
import { MAX_INPUT_BYTES, sealRun } from './new-run.ts'
import { jsonOf } from './plain-data.ts'
import { chooseKey } from './workspace-keys.ts'

interface RestartParts {
  store: Store
  intake: RunIntake
  registry: Registry
  limits: WorkspaceLimits
  seal: typeof sealInNode
}

/**
 * Starts a run of the automation as it is now, from a step on. What the steps before it gave in an earlier run is taken from there, as it is
 * stored: redacted. So a value that was protected there is not known any more, and a run that would need it is refused: a mark must not be
 * sent in the place of a value.
 *
 * @param step the key of the first step; without it, the one that failed.
 * @throws AppError NOT_FOUND, CONFLICT, LIMIT_REACHED
 */
export async function restartRun(
  { store, intake, registry, limits, seal }: RestartParts,
  actor: Actor,
  runId: string,
  step: string | undefined,
): Promise<RunJob> {
  const where = parsePublicId(runId)
  const earlier = where && (await store.em().findOne(Run, where))
  if (!earlier?.automation) throw new AppError('NOT_FOUND', 'There is no such run of an automation.')
  if (!earlier.finishedAt) throw refused('The run has not ended yet. Wait for its end, or cancel it.')
  const { workspace } = earlier
  const from = step ?? earlier.error?.at?.step
  if (from === undefined) throw refused('No step of this run failed. Say from which one it is to go on.')
  const automation = await intake.automationById(workspace, earlier.automation)
  if (!automation) throw automationNotFound()
  if (automation.paused) throw pausedAutomation(automation.name)
  const { id, name, version, keys } = automation
  const begin = automation.steps.findIndex(({ key }) => key === from)
  if (begin < 0) throw refused(`The automation has no step ${from} any more. Run it from its beginning.`)
  const steps = automation.steps.slice(begin)
  const given = await givenTo({ em: store.em(), registry }, earlier, steps)
  await limits.takeStart(workspace)
  const sealer = createSealer({ currentKey: () => chooseKey(workspace, keys) }, seal)
  const run = await sealRun(
    { sealer, registry },
    {
      ...{ workspace, automation: { id, version }, steps, input: earlier.input, earlier: given },
      ...{ trigger: 'MANUAL', startedBy: actor.label, hookSignature: null },
      audit: {
        ...{ actor: actor.label, action: 'run.start', target: name },
        detail: { version, continues: runId, from },
      },
    },
  )
  if (await intake.add(run)) return run
  throw refused('The automation was saved or paused meanwhile. Try again.')
}

/** What the steps name of the trigger and of steps that do not run again, as far as the earlier run has it. */
async function givenTo(
  { em, registry }: { em: Em; registry: Registry },
  { workspace, id, input }: Run,
  steps: readonly AutomationStep[],
): Promise<Record<string, unknown>> {
  const own = new Set(steps.map(({ key }) => key))
  const named = steps.flatMap(({ type, fields }) => namedBy(registry, type, fields))
  for (const path of named) if (path.root === 'trigger') assertKnown(input, path.keys, 'the input of the run')
  const ofOthers = named.filter(({ root, keys: [key] }) => root === 'steps' && !own.has(String(key)))
  const keys = [...new Set(ofOthers.map(({ keys: [key] }) => String(key)))]
  const where = { workspace, run: id, key: { $in: keys }, status: 'SUCCEEDED' as const }
  const found = keys.length > 0 ? await em.find(StepRun, where, { fields: ['key', 'output'] }) : []
  const outputs = new Map(found.map(({ key, output }) => [key, output]))
  for (const path of ofOthers) assertGiven(path, outputs)
  const given = Object.fromEntries(outputs)
  jsonOf('What the run begins with', given, MAX_INPUT_BYTES, 'Run the automation from its beginning.')
  return given
}

/** The paths in the templates of a step. Code is no template, and may look like a broken one. */
function namedBy(registry: Registry, type: string, fields: AutomationStep['fields']): Path[] {
  const its = registry.list().find((it) => it.type === type)?.fields
  return Object.entries(fields).flatMap(([name, content]) =>
    its?.[name]?.kind === 'code' ? [] : referencesIn(content),
  )
}

function assertGiven({ keys: [key, , ...rest] }: Path, outputs: ReadonlyMap<string, unknown>): void {
  const step = String(key)
  if (!outputs.has(step)) {
    throw refused(
      `The step ${step}, which is named, gave no output in that run. Run the automation from its beginning.`,
    )
  }
  assertKnown(outputs.get(step), rest, `the output of ${step}`)
}

/** Stops a mark from going out where a service expects the value that it stands for. */
function assertKnown(data: unknown, keys: Path['keys'], what: string): void {
  if (!holdsMark(JSON.stringify(keys.reduce<unknown>(ownValue, data) ?? null))) return
  throw refused(
    `A value in ${what} is protected and not kept, and a step names it. Run the automation from its beginning.`,
  )
}

const refused = (message: string): AppError => new AppError('CONFLICT', message)
