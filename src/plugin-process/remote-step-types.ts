import { AppError } from '../errors.ts'
import type { RenderedInput, StepType } from '../steps/define-step.ts'
import { JsonText } from '../steps/json-text.ts'
import type { StepContext } from '../steps/step-context.ts'
import { isRecord } from './plugin-call.ts'
import type { RemoteWork } from './plugin-process.ts'

/** Where the code of step types runs that are not Lockstep's own. */
export interface Elsewhere {
  run(work: RemoteWork, repeatable: boolean, context: StepContext): Promise<string>
  ask(question: { type: string; key?: string; raw?: unknown; input?: RenderedInput }): Promise<unknown>
}

const plainParts = ['type', 'title', 'description', 'fields', 'output', 'repeatable'] as const

/**
 * A step type whose code runs elsewhere, from its definition as plain data. It comes from a process that is not trusted, so
 * that the registry checks it as any other.
 */
export function remoteStepType(described: unknown, elsewhere: Elsewhere): unknown {
  if (!isRecord(described) || !isRecord(described['definition'])) return described
  const { definition, asked, isValidated } = described
  const known = plainParts.flatMap((name) => (name in definition ? [[name, definition[name]]] : []))
  const plain = Object.fromEntries(known) as Pick<StepType, (typeof plainParts)[number]>
  const { type, repeatable = false } = plain
  const has = (name: string) => isRecord(asked) && asked[name] === true
  const functions = {
    ...(has('destinations') && { destinations: notHere }),
    ...(has('delaySeconds') && { delaySeconds: notHere }),
  }
  const runWith = (raw: unknown) => async (input: RenderedInput, context: StepContext) =>
    new JsonText(await elsewhere.run({ type, input, ...(raw !== undefined && { raw }) }, repeatable, context))
  const settle = async (input: RenderedInput, raw: unknown): Promise<StepType> => {
    const told = Object.keys(functions).length > 0 ? await elsewhere.ask({ type, input }) : undefined
    return { ...plain, ...toldFunctions(type, told), run: runWith(isValidated === true ? raw : undefined) }
  }
  const checkWritten = async (key: string, raw: unknown) => {
    if (isValidated === true) await elsewhere.ask({ type, key, raw })
  }
  return { ...plain, ...functions, run: runWith(undefined), elsewhere: { settle, checkWritten } }
}

function notHere(): never {
  throw new AppError('STEP_FAILED', 'Only the process that has the code of the step type can say that.')
}

/** What the definition said of one input, as functions. */
function toldFunctions(type: string, told: unknown): Pick<StepType, 'destinations' | 'delaySeconds'> {
  if (!isRecord(told)) return {}
  const { destinations, delaySeconds } = told
  const isList = Array.isArray(destinations) && destinations.every((it) => typeof it === 'string')
  const isTime = typeof delaySeconds === 'number' && Number.isFinite(delaySeconds) && delaySeconds >= 0
  if ((destinations !== undefined && !isList) || (delaySeconds !== undefined && !isTime)) {
    throw new AppError(
      'STEP_FAILED',
      `The step type ${type} does not say where it sends this, or how long it waits.`,
    )
  }
  return {
    ...(isList && { destinations: () => destinations as string[] }),
    ...(isTime && { delaySeconds: () => delaySeconds }),
  }
}
