import { AppError } from '../errors.ts'
import { requestContext } from '../request-context.ts'
import { type Registry, secretNames } from '../steps/index.ts'
import type { EnqueuedRun } from '../store/runs/enqueue.ts'
import type { StepUse } from '../store/runs/run-job.ts'
import { type EarlierOutputs, type RunOrigin, withOrigin } from '../store/runs/run-origin.ts'
import type { Sealer } from '../vault/sealing.ts'
import { requestSender } from './audit.ts'
import { newId, publicId } from './ids.ts'
import { jsonOf } from './plain-data.ts'

export const MAX_INPUT_BYTES = 5 * 1024 * 1024

export interface NewRun extends Omit<EnqueuedRun, 'run' | 'sealedInput' | 'use' | 'audit'> {
  input: unknown
  /** What a test of a single step begins with. */
  earlier?: EarlierOutputs | undefined
  /** The run's id is added to it. */
  audit: Omit<EnqueuedRun['audit'], 'detail' | 'address' | 'client'> & { detail: object }
}

/**
 * Gives the run its id and seals its input. The input may contain a value, and it cannot be redacted before the
 * run has resolved its secrets.
 *
 * @throws AppError LIMIT_REACHED
 */
export async function sealRun(
  { sealer, registry }: { sealer: Sealer; registry: Registry },
  { input, earlier, audit, ...run }: NewRun,
): Promise<EnqueuedRun> {
  const id = newId()
  const { workspace } = run
  const text = jsonOf("A run's input", input, MAX_INPUT_BYTES, 'Send less, or a link to it.')
  const at = { workspace, name: `run/${id}/input` }
  const sealedInput = await sealer.seal(at, withOrigin(text, originOf(run), earlier))
  const detail = { ...audit.detail, run: publicId(workspace, id) }
  const event = { ...audit, ...requestSender(), detail }
  return { ...run, run: id, sealedInput, use: firstUse(registry, run), audit: event }
}

function originOf({ workspace, automation }: Pick<NewRun, 'workspace' | 'automation'>): RunOrigin {
  const { id: request, traceparent, address, client } = requestContext.getStore() ?? {}
  return {
    ...(automation && { automation: publicId(workspace, automation.id) }),
    ...(request !== undefined && { request }),
    ...(address !== undefined && { address }),
    ...(client !== undefined && { client }),
    ...(traceparent !== undefined && { traceparent }),
  }
}

/**
 * What the run resolves first: what its hook's signature is checked with, or else what its first step names. A worker
 * gets it with the run; where this cannot tell, the worker asks by itself.
 */
function firstUse(
  registry: Registry,
  { steps: [first], hookSignature }: Pick<EnqueuedRun, 'steps' | 'hookSignature'>,
): StepUse | undefined {
  if (hookSignature) return { step: 'trigger', names: [hookSignature.secret] }
  try {
    return first && { step: first.key, names: secretNames(registry, first) }
  } catch (error) {
    // The step type has changed since the automation was saved: the run fails with that.
    if (error instanceof AppError) return undefined
    throw error
  }
}
