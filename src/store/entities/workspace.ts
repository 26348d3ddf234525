import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

export const roles = ['ADMIN', 'MEMBER'] as const
export type Role = (typeof roles)[number]

/** A workspace; its id is the slug chosen at creation, part of every public id, and never changes. */
export const Workspace = defineEntity({
  name: 'Workspace',
  properties: {
    id: p.string().length(40).primary(),
    name: p.text(),
    createdAt: p.datetime(),
    /** Since when it is deleted; its id stays taken, and its audit log is kept. */
    deletedAt: p.datetime().nullable(),
    /** When the last of it was removed. Workers alone write it. */
    purgedAt: p.datetime().nullable(),
  },
})
export type Workspace = InferEntity<typeof Workspace>

/** The first column of every key below a workspace, so that the tables can be distributed by it. */
export const workspaceKey = () => p.manyToOne(Workspace).primary().mapToPk()

export const Membership = defineEntity({
  name: 'Membership',
  properties: {
    workspace: workspaceKey(),
    user: p.text().index().primary(),
    role: p.enum(roles),
    createdAt: p.datetime(),
  },
})
export type Membership = InferEntity<typeof Membership>

/** An invitation is a link. Only the hash of its token is kept: a reader of the database cannot use it. */
export const Invitation = defineEntity({
  name: 'Invitation',
  properties: {
    workspace: workspaceKey(),
    tokenHash: p.text().primary(),
    id: p.uuid().defaultRaw('gen_random_uuid()'),
    email: p.text(),
    role: p.enum(roles),
    /** The person who made it; null for one that is older than this column. */
    invitedBy: p.text().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
  uniques: [{ properties: ['workspace', 'id'] }],
})
export type Invitation = InferEntity<typeof Invitation>

/** A bearer token of one workspace, kept as the SHA-256 of its text. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  properties: {
    workspace: workspaceKey(),
    id: p.uuid().primary(),
    tokenHash: p.text(),
    name: p.text(),
    role: p.enum(roles),
    /** Null: all of its role, as of a token that is older than this column. */
    scopes: p.array().nullable(),
    /** The person who made it; null for one that is older than this column and whose maker is not known. */
    owner: p.text().nullable(),
    createdAt: p.datetime(),
    /** Null: never. */
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    /** The address that it was last used from. */
    lastUsedFrom: p.text().nullable(),
  },
  uniques: [{ properties: ['workspace', 'tokenHash'] }],
})
export type ApiToken = InferEntity<typeof ApiToken>
