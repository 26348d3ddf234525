import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'

const MAX_KEY_LENGTH = 255

interface KeyedAutomation {
  workspace: string
  automation: string
  key: string
}

/** @throws AppError INVALID_FIELD */
export function checkRunKey(key: string): void {
  // An empty key comes from a variable that was not set. It would make one run of all requests.
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return
  const rule = `1 to ${MAX_KEY_LENGTH} characters, different for each run`
  throw new AppError(
    'INVALID_FIELD',
    `An idempotency key has ${rule}. Leave it out to start a run each time.`,
  )
}

/** With the automation in it, so that the same key is not the same hash everywhere. */
export function hashRunKey({ workspace, automation, key }: KeyedAutomation): string {
  return createHash('sha256').update(`${workspace}.${automation}.${key}`).digest('hex')
}
