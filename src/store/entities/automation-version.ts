import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { AutomationStep, HookAnswer, HookSignature, Schedule } from './automation.ts'

// No reference to `workspace`: to add one keeps its writers waiting.
const workspaceKey = () => p.string().length(40).primary().fieldName('workspace_id')

const content = () => ({
  name: p.text(),
  steps: p.json<AutomationStep[]>().columnType('json'),
  hookSignature: p.json<HookSignature>().columnType('json').nullable(),
  hookAnswer: p.json<HookAnswer>().columnType('json').nullable(),
  schedule: p.json<Schedule>().columnType('json').nullable(),
})

/** An automation as it was saved once. The newest is the one that runs, whose content is in `automation` as well. */
export const AutomationVersion = defineEntity({
  name: 'AutomationVersion',
  properties: {
    workspace: workspaceKey(),
    automation: p.uuid().primary(),
    version: p.integer().primary(),
    ...content(),
    savedAt: p.datetime(),
    /** As the audit log shows it; null: it was saved before versions were kept. */
    savedBy: p.text().nullable(),
    /** The earlier version that it brought back. */
    restoredFrom: p.integer().nullable(),
  },
})
export type AutomationVersion = InferEntity<typeof AutomationVersion>

/** What somebody writes and has not published: it may be incomplete, and nothing runs it. An automation has one at most. */
export const AutomationDraft = defineEntity({
  name: 'AutomationDraft',
  properties: {
    workspace: workspaceKey(),
    automation: p.uuid().primary(),
    /** How often it was saved. */
    revision: p.integer(),
    /** The version that it was made from; 0: none was published. */
    basedOn: p.integer(),
    ...content(),
    savedAt: p.datetime(),
    savedBy: p.text(),
  },
})
export type AutomationDraft = InferEntity<typeof AutomationDraft>
