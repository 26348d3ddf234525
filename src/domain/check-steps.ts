import { AppError, checkAll } from '../errors.ts'
import { checkFields, type Registry, type StepType, versionOf } from '../steps/index.ts'
import type { AutomationStep } from '../store/entities/index.ts'
import { STEP_KEY, STEP_KEY_RULE } from '../template/index.ts'
import { jsonOf } from './plain-data.ts'
import { checkStepSettings, type StepSettingsInput } from './step-settings.ts'

export const MAX_STEPS = 100
export const MAX_DEFINITION_BYTES = 1024 * 1024

export interface StepInput extends StepSettingsInput {
  key: string
  type: string
  fields?: unknown
  /** The version of the type that the fields are made for; by default the installed one. */
  version?: number | null | undefined
}

/** @throws AppError LIMIT_REACHED */
export function checkStepCount(steps: readonly StepInput[]): void {
  if (steps.length <= MAX_STEPS) return
  throw new AppError('LIMIT_REACHED', `An automation has at most ${MAX_STEPS} steps. Split it in two.`, {
    limit: 'steps',
  })
}

/**
 * The steps as they will be stored.
 *
 * @throws AppError UNKNOWN_STEP_TYPE, INVALID_FIELD, SECRET_NOT_ALLOWED, INVALID_TEMPLATE, LIMIT_REACHED
 */
export function checkSteps(registry: Registry, steps: readonly StepInput[]): AutomationStep[] {
  checkStepCount(steps)
  jsonOf('The list of steps', steps, MAX_DEFINITION_BYTES, 'Split the automation in two.')
  const keys = new Set<string>()
  const checkStep = ({ key, type, fields, version: _, ...settings }: StepInput): AutomationStep => {
    if (!STEP_KEY.test(key)) {
      throw new AppError(
        'INVALID_FIELD',
        `A step's key is ${STEP_KEY_RULE}, since templates name it as steps.KEY.output.`,
      )
    }
    const at = { step: key }
    if (keys.has(key))
      throw new AppError('INVALID_FIELD', `Two steps have the key ${key}. Rename one.`, { at })
    keys.add(key)
    const checkContent = () => {
      const found = typeOf(registry, key, type)
      checkFields({ key, type: found }, fields)
      return versionOf(found) === 1 ? {} : { version: versionOf(found) }
    }
    const [version, checked] = checkAll<object>([checkContent, () => checkStepSettings(key, settings)])
    return { key, type, fields: fields as Record<string, unknown>, ...version, ...checked }
  }
  return checkAll(steps.map((step) => () => checkStep(step)))
}

/**
 * Checks what only the code of a step type knows that is in another process.
 *
 * @throws AppError as {@link checkSteps}
 */
export async function checkElsewhere(registry: Registry, steps: readonly AutomationStep[]): Promise<void> {
  await Promise.all(
    steps.map(({ key, type, fields }) => registry.get(type).elsewhere?.checkWritten(key, fields)),
  )
}

function typeOf(registry: Registry, step: string, type: string): StepType {
  try {
    return registry.get(type)
  } catch (error) {
    throw error instanceof AppError ? new AppError(error.code, error.message, { at: { step } }) : error
  }
}
