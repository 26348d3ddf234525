import type { Draft, DraftStep } from '../draft/draft.ts'

/** What a draft says, line by line, to be compared with another one. */
export function linesOf({ name, steps, hookSignature, hookAnswer, schedule }: Draft): string[] {
  return [
    `name: ${name}`,
    ...(schedule ? [`schedule: ${schedule.cron} (${schedule.timeZone})`] : []),
    ...(hookAnswer ? [`the hook answers within ${hookAnswer.waitSeconds} s`] : []),
    ...(hookSignature ? ['signature of the hook:', ...linesOfValue(hookSignature, 1)] : []),
    ...steps.flatMap(linesOfStep),
  ]
}

function linesOfStep({ key, type, fields, timeoutSeconds, retry, onError }: DraftStep): string[] {
  return [
    `step ${key} (${type})`,
    ...Object.entries(fields).flatMap(([field, value]) => linesOfField(field, value)),
    ...(timeoutSeconds === null ? [] : [`  timeout: ${timeoutSeconds} s`]),
    ...(retry ? [`  retries: ${retry.count} after ${retry.delaySeconds} s (${retry.on.join(', ')})`] : []),
    ...(onError === 'CONTINUE' ? ['  the run goes on when it fails'] : []),
  ]
}

function linesOfField(field: string, value: unknown): string[] {
  if (value === null || value === '') return []
  const lines = linesOfValue(value, 2)
  return lines.length === 1 ? [`  ${field}: ${lines[0]?.trim()}`] : [`  ${field}:`, ...lines]
}

function linesOfValue(value: unknown, depth: number): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return text.split('\n').map((line) => `${'  '.repeat(depth)}${line}`)
}
