import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { workspaceKey } from './workspace.ts'

/** One step as its author saved it: templates, not values. */
export interface StepDefinition {
  key: string
  type: string
  fields: Record<string, unknown>
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
    steps: p.json<StepDefinition[]>().columnType('json'),
    /** The random part of the webhook's URL; shown to members, hence not hashed. */
    hookToken: p.text(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    deletedAt: p.datetime().nullable(),
  },
  uniques: [{ properties: ['workspace', 'hookToken'] }],
})
export type Automation = InferEntity<typeof Automation>
