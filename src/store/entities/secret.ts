import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { workspaceKey } from './workspace.ts'

/**
 * A secret. `sealed` (a compact JWE, see docs/architecture.md) is lazy: a query reads it only when it asks
 * for it by name, and only the resolver does.
 */
export const Secret = defineEntity({
  name: 'Secret',
  properties: {
    workspace: workspaceKey(),
    name: p.string().length(128).primary(),
    sealed: p.text().lazy(),
    /** The workspace key that sealed it, so that a rotation finds what is left to do. */
    kid: p.text(),
    allowedHosts: p.array().default([]),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
  indexes: [{ properties: ['workspace', 'kid'] }],
})
export type Secret = InferEntity<typeof Secret>
