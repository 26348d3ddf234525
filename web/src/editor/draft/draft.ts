import { STEP_KEY, STEP_KEY_RULE } from '../../../../src/template/step-key.ts'
import { plainLetters } from '../../forms/plain-letters.ts'
import type {
  HookAlgorithm,
  HookEncoding,
  HookStyle,
  StepInput,
  StepOnError,
  WrittenAutomationFragment,
} from '../../gql/graphql.ts'
import { capitalised } from './refusal.ts'

/** An automation as it is being written. */
export interface Draft {
  name: string
  steps: readonly DraftStep[]
  hookSignature: HookSignature | null
  hookAnswer: { waitSeconds: number } | null
  schedule: Schedule | null
}

export interface DraftStep {
  /** Stays the same while the key changes. It is known to this page only. */
  id: number
  key: string
  type: string
  fields: Readonly<Record<string, unknown>>
  /** The version of the type that the fields are made for; of a new step the installed one. */
  version?: number | undefined
  timeoutSeconds: number | null
  retry: StepRetry | null
  onError: StepOnError
  /** The key under which the step was saved. The samples of the last run are found by it. */
  savedKey: string | undefined
}

export interface HookSignature {
  secret: string
  style: HookStyle
  /** Of the style `CUSTOM`. */
  format?: HookSignatureFormat | null
  /** The secret that a service sends by GET. */
  verifyToken?: string | null
}

export interface HookSignatureFormat {
  header: string
  algorithm: HookAlgorithm
  encoding: HookEncoding
  prefix: string
  signed: string
  timestampHeader: string | null
  toleranceSeconds: number
}

export interface Schedule {
  cron: string
  timeZone: string
}

export interface StepRetry {
  count: number
  delaySeconds: number
  on: readonly string[]
}

/** What the form in the middle is about. */
export type Selection = 'trigger' | number

export const emptyDraft: Draft = {
  name: '',
  steps: [],
  hookSignature: null,
  hookAnswer: null,
  schedule: null,
}

let lastId = 0
export const newStepId = (): number => ++lastId

/** An automation, a version or a draft of it. */
type Written = Pick<WrittenAutomationFragment, 'name' | 'steps' | 'hookSignature' | 'hookAnswer'> & {
  schedule: Schedule | null
}

export function draftOf({ name, steps, hookSignature, hookAnswer, schedule }: Written): Draft {
  return {
    name,
    hookSignature: hookSignature && signatureOf(hookSignature),
    hookAnswer: hookAnswer && { waitSeconds: hookAnswer.waitSeconds },
    schedule: schedule && { cron: schedule.cron, timeZone: schedule.timeZone },
    steps: steps.map(({ key, type, fields, version, timeoutSeconds, retry, onError }) => ({
      id: newStepId(),
      key,
      type,
      fields: isRecord(fields) ? fields : {},
      version,
      timeoutSeconds,
      retry: retry && { count: retry.count, delaySeconds: retry.delaySeconds, on: retry.on },
      onError,
      savedKey: key,
    })),
  }
}

function signatureOf(saved: NonNullable<WrittenAutomationFragment['hookSignature']>): HookSignature {
  const { secret, style, verifyToken, format } = saved
  if (!format) return { secret, style, verifyToken, format }
  const { header, algorithm, encoding, prefix, signed, timestampHeader, toleranceSeconds } = format
  const its = { header, algorithm, encoding, prefix, signed, timestampHeader, toleranceSeconds }
  return { secret, style, verifyToken, format: its }
}

export function stepInput({
  key,
  type,
  fields,
  version,
  timeoutSeconds,
  retry,
  onError,
}: DraftStep): StepInput {
  return {
    key,
    type,
    fields: withoutUndefined(fields),
    ...(version !== undefined && { version }),
    timeoutSeconds,
    retry: retry && { ...retry, on: [...retry.on] },
    onError,
  }
}

/** What of a draft is sent to the API. Two drafts are the same when this is. */
export function draftInput({ name, steps, hookSignature, hookAnswer, schedule }: Draft) {
  return { name: name.trim(), steps: steps.map(stepInput), hookSignature, hookAnswer, schedule }
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return one === other || JSON.stringify(draftInput(one)) === JSON.stringify(draftInput(other))
}

/** A key that no step has yet: `custom-http` gives `custom_http`, then `custom_http_2`; `Prüfung` gives `Prufung`. */
export function freeKey(wanted: string, steps: readonly DraftStep[]): string {
  const base =
    plainLetters(wanted)
      .replaceAll(/[^A-Za-z0-9_]/g, '_')
      .replace(/^[^A-Za-z]+/, '')
      .slice(0, 56) || 'step'
  const taken = new Set(steps.map(({ key }) => key))
  if (!taken.has(base)) return base
  let number = 2
  while (taken.has(`${base}_${number}`)) number += 1
  return `${base}_${number}`
}

/** What is wrong with a key that was typed; undefined when nothing is. */
export function keyProblem(key: string, step: number, steps: readonly DraftStep[]): string | undefined {
  if (!STEP_KEY.test(key)) return `${capitalised(STEP_KEY_RULE)}.`
  return steps.some((it) => it.id !== step && it.key === key) ? `Another step has the key ${key}.` : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutUndefined(fields: DraftStep['fields']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
