import { createHash } from 'node:crypto'

interface KeyedAutomation {
  workspace: string
  automation: string
  key: string
}

/** With the automation in it, so that the same key is not the same hash everywhere. */
export function hashRunKey({ workspace, automation, key }: KeyedAutomation): string {
  return createHash('sha256').update(`${workspace}.${automation}.${key}`).digest('hex')
}
