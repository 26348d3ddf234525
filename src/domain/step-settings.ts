import { AppError, runErrorCodes } from '../errors.ts'
import type { AutomationStep, StepRetry } from '../store/entities/index.ts'

/** The settings of a step besides its fields, as a client sends them. */
export interface StepSettingsInput {
  timeoutSeconds?: number | null | undefined
  retry?:
    | { count: number; delaySeconds: number; on?: readonly string[] | null | undefined }
    | null
    | undefined
  onError?: 'stop' | 'continue' | null | undefined
}

type StepSettings = Pick<AutomationStep, 'timeoutSeconds' | 'retry' | 'onError'>

const MAX_SECONDS = 3600
const MAX_RETRIES = 10
const RETRIED = ['REQUEST_FAILED', 'TIMEOUT']
// A person who cancelled does not want a retry. Whether an interrupted step had its effect is unknown;
// `repeatable` of the step type decides there.
/** The codes that `retry.on` may hold. */
export const retryCodes = runErrorCodes.filter((code) => code !== 'CANCELLED' && code !== 'INTERRUPTED')

/** @throws AppError INVALID_FIELD */
export function checkStepSettings(
  key: string,
  { timeoutSeconds, retry, onError }: StepSettingsInput,
): StepSettings {
  const settings: StepSettings = {}
  if (typeof timeoutSeconds === 'number') {
    settings.timeoutSeconds = checkWhole(key, 'timeoutSeconds', timeoutSeconds, 1, MAX_SECONDS)
  }
  if (retry) settings.retry = checkRetry(key, retry)
  if (onError === 'continue') settings.onError = onError
  return settings
}

/** The setting with its defaults, whatever it says. */
export const retryAsWritten = ({
  count,
  delaySeconds,
  on,
}: NonNullable<StepSettingsInput['retry']>): StepRetry => ({ count, delaySeconds, on: [...(on ?? RETRIED)] })

function checkRetry(
  key: string,
  { count, delaySeconds, on }: NonNullable<StepSettingsInput['retry']>,
): StepRetry {
  const codes = [...new Set(on ?? RETRIED)]
  if (codes.length === 0) {
    const advice = `Name codes, or leave it out for ${RETRIED.join(' and ')}.`
    throw invalid(key, `retry.on names no code, so nothing is retried. ${advice}`)
  }
  const wrong = codes.find((code) => !(retryCodes as readonly string[]).includes(code))
  if (wrong !== undefined) {
    const shown = JSON.stringify(wrong.slice(0, 100))
    const rule = `It may hold ${retryCodes.join(', ')}.`
    throw invalid(key, `retry.on holds ${shown}. ${rule}`)
  }
  return {
    count: checkWhole(key, 'retry.count', count, 0, MAX_RETRIES),
    delaySeconds: checkWhole(key, 'retry.delaySeconds', delaySeconds, 1, MAX_SECONDS),
    on: codes,
  }
}

function checkWhole(key: string, setting: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  const rule = `It may be a whole number from ${least} to ${most}.`
  throw invalid(key, `${setting} is ${value}. ${rule}`)
}

/** The place has no field, because a field of the step may have the name of a setting. */
function invalid(step: string, reason: string): AppError {
  return new AppError('INVALID_FIELD', `Step "${step}", ${reason}`, { at: { step }, reason })
}
