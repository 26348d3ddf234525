import { AppError } from '../errors.ts'
import type { StepAsk } from '../steps/ask.ts'
import type { RenderedInput, StepType } from '../steps/define-step.ts'
import type { DeclaredDestinations } from '../steps/destinations.ts'
import { JsonText } from '../steps/json-text.ts'
import type { StepContext } from '../steps/step-context.ts'
import type { RemoteQuestion, RemoteWork } from './plugin-process.ts'
import { isRecord, parsed, textOf } from './read-message.ts'

/** Where the code of step types runs that are not Lockstep's own. */
export interface Elsewhere {
  run(work: RemoteWork, repeatable: boolean, context: StepContext): Promise<string>
  ask(question: RemoteQuestion): Promise<unknown>
}

const plainParts = [
  'type',
  'title',
  'description',
  'fields',
  'config',
  'output',
  'repeatable',
  'version',
  'moves',
  'icon',
  'summary',
] as const

/**
 * A step type whose code runs elsewhere, from its definition as plain data. It comes from a process that is not trusted, so
 * that the registry checks it as any other.
 */
export function remoteStepType(described: unknown, elsewhere: Elsewhere): unknown {
  if (!isRecord(described) || !isRecord(described['definition'])) return described
  const { definition, asked, declared, isValidated } = described
  const known = plainParts.flatMap((name) => (name in definition ? [[name, definition[name]]] : []))
  const plain = Object.fromEntries(known) as Pick<StepType, (typeof plainParts)[number]>
  const { type, repeatable = false } = plain
  const has = (name: string) => isRecord(asked) && asked[name] === true
  const functions = {
    ...(has('destinations') && { destinations: notHere }),
    ...(isRecord(declared) && { destinations: readDeclared(declared) }),
    ...(has('delaySeconds') && { delaySeconds: notHere }),
    ...(has('migrate') && { migrate: notHere }),
    ...(has('check') && { check: notHere }),
    ...(isRecord(asked) && isTexts(asked['choices']) && { choices: choicesElsewhere(asked['choices']) }),
  }
  const runWith = (raw: unknown) => async (input: RenderedInput, context: StepContext) =>
    new JsonText(await elsewhere.run({ type, input, ...(raw !== undefined && { raw }) }, repeatable, context))
  const settle = async (input: RenderedInput, raw: unknown): Promise<StepType> => {
    const isTold = 'destinations' in functions || 'delaySeconds' in functions
    const told = isTold ? await elsewhere.ask({ type, input }) : undefined
    return {
      ...plain,
      ...toldFunctions(type, told, isRecord(declared)),
      run: runWith(isValidated === true ? raw : undefined),
    }
  }
  const checkWritten = async (key: string, raw: unknown) => {
    if (isValidated === true) await elsewhere.ask({ type, key, raw })
  }
  // What was only asked for may be asked for once more.
  const runAsked = async (ask: StepAsk, input: RenderedInput, context: StepContext) =>
    new JsonText(await elsewhere.run({ type, input, ask }, true, context))
  // As text, in which numbers keep their digits.
  const migrate = async (fields: Record<string, unknown>, from: number) =>
    parsed(textOf(await elsewhere.ask({ type, raw: JSON.stringify(fields), from })))
  return {
    ...plain,
    ...functions,
    run: runWith(undefined),
    elsewhere: { settle, checkWritten, migrate, runAsked },
  }
}

const choicesElsewhere = (names: readonly string[]) => Object.fromEntries(names.map((it) => [it, notHere]))

function notHere(): never {
  throw new AppError('STEP_FAILED', 'Only the process that has the code of the step type can say that.')
}

/** Where each field goes, as the definition says; what it computes only its process can say. */
function readDeclared(declared: Readonly<Record<string, unknown>>): DeclaredDestinations {
  const known = Object.entries(declared).map(([name, it]) => [name, it === null ? notHere : it])
  // The registry checks the lists.
  return Object.fromEntries(known) as DeclaredDestinations
}

const isTexts = (it: unknown): it is readonly string[] =>
  Array.isArray(it) && it.every((text) => typeof text === 'string')

/** What the definition said of one input, as functions. */
function toldFunctions(
  type: string,
  told: unknown,
  isDeclared: boolean,
): Pick<StepType, 'destinations' | 'delaySeconds'> {
  if (!isRecord(told)) return {}
  const { destinations, declared, delaySeconds } = told
  const isList = isTexts(destinations)
  const isRead = !isDeclared || (isRecord(declared) && Object.values(declared).every(isTexts))
  const isTime = typeof delaySeconds === 'number' && Number.isFinite(delaySeconds) && delaySeconds >= 0
  if (!isRead || (destinations !== undefined && !isList) || (delaySeconds !== undefined && !isTime)) {
    throw new AppError(
      'STEP_FAILED',
      `The step type ${type} does not say where it sends this, or how long it waits.`,
    )
  }
  return {
    ...(isList && { destinations: () => destinations }),
    ...(isDeclared && { destinations: declared as DeclaredDestinations }),
    ...(isTime && { delaySeconds: () => delaySeconds }),
  }
}
