import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { workspaceKey } from './workspace.ts'

/** When a step that failed is tried again. */
export interface StepRetry {
  /** How many times, after the first attempt. */
  count: number
  /** Before the second attempt; it doubles from one to the next. */
  delaySeconds: number
  /** The codes of the errors after which it is. */
  on: string[]
}

/** One step as its author saved it: templates, not values. */
export interface AutomationStep {
  key: string
  type: string
  fields: Record<string, unknown>
  /** The version of its type whose fields these are; absent: the first. */
  version?: number
  /** How long one attempt may take. */
  timeoutSeconds?: number
  retry?: StepRetry
  /** Of a test: what a form asks for in the place of the step's work. It is in no automation. */
  ask?: { choices: string } | { check: true }
  /** What becomes of the run when the step has failed for good; absent: it ends. */
  onError?: 'continue'
}

export const hookStyles = [
  'GITHUB',
  'BITBUCKET',
  'STRIPE',
  'SLACK',
  'SHOPIFY',
  'STANDARD_WEBHOOKS',
  'CUSTOM',
] as const
export const hookAlgorithms = ['SHA1', 'SHA256', 'SHA512'] as const
export const hookEncodings = ['HEX', 'BASE64'] as const

/** How a service signs that has no style of its own here: HMAC over a text. */
export interface HookSignatureFormat {
  /** The header with the signature. */
  header: string
  algorithm: (typeof hookAlgorithms)[number]
  encoding: (typeof hookEncodings)[number]
  /** What stands in the header before the signature. */
  prefix: string
  /** What is signed, with `{body}` and `{timestamp}` in it. */
  signed: string
  /** The header with the time of signing (seconds since 1970); null: none is signed. */
  timestampHeader: string | null
  /** How far that time may be from now. */
  toleranceSeconds: number
}

/** How requests to the webhook have to be signed, and the name of the secret that they are signed with. */
export interface HookSignature {
  secret: string
  style: (typeof hookStyles)[number]
  /** Of the style `CUSTOM`. */
  format?: HookSignatureFormat
  /** The secret that a service has to know that asks by GET whether this hook is meant, as those of Meta do. */
  verifyToken?: string
}

/** The run's output answers the caller of the webhook. */
export interface HookAnswer {
  /** How long the caller waits for it at most. */
  waitSeconds: number
}

/** When an automation runs by itself: a cron expression of five fields, read in an IANA time zone. */
export interface Schedule {
  cron: string
  timeZone: string
}

/**
 * An automation. A deleted one keeps its row, so that its runs stay readable.
 *
 * JSON that people or servers supply is `json` and not `jsonb`, which refuses U+0000 and lone surrogates.
 */
export const Automation = defineEntity({
  name: 'Automation',
  properties: {
    workspace: workspaceKey(),
    id: p.uuid().primary(),
    name: p.text(),
    version: p.integer(),
    steps: p.json<AutomationStep[]>().columnType('json'),
    /** How often its webhook got another URL, counted from 1. The URL is derived from it, and stored nowhere. */
    hookGeneration: p.integer().default(1),
    /** Of an automation from before that: what still starts it besides, until its webhook gets another URL. */
    hookToken: p.text().nullable(),
    hookSignature: p.json<HookSignature>().columnType('json').nullable(),
    /** Null: a caller gets the id of the run. */
    hookAnswer: p.json<HookAnswer>().columnType('json').nullable(),
    schedule: p.json<Schedule>().columnType('json').nullable(),
    /** The first time of the schedule that no run was started for; null without one. */
    nextRunAt: p.datetime().nullable(),
    /** Since when nothing starts it; null: it is not paused. */
    pausedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
  uniques: [{ properties: ['workspace', 'hookToken'] }],
  // Of all workspaces: the clock asks for what is due anywhere.
  indexes: [{ properties: ['nextRunAt'] }],
})
export type Automation = InferEntity<typeof Automation>
