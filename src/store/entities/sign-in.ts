import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * The tables that better-auth reads and writes through its own adapter, declared here so that one set of
 * migrations makes the whole schema. Their columns are better-auth's core schema.
 */
export const User = defineEntity({
  name: 'User',
  tableName: 'auth_user',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    email: p.text().unique(),
    emailVerified: p.boolean(),
    image: p.text().nullable(),
    /** Whether a password alone is not enough. */
    twoFactorEnabled: p.boolean().default(false),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})
export type User = InferEntity<typeof User>

export const Session = defineEntity({
  name: 'Session',
  tableName: 'auth_session',
  properties: {
    id: p.text().primary(),
    userId: p.text().index(),
    token: p.text().unique(),
    expiresAt: p.datetime(),
    ipAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})

export const Account = defineEntity({
  name: 'Account',
  tableName: 'auth_account',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    providerId: p.text(),
    userId: p.text().index(),
    accessToken: p.text().nullable(),
    refreshToken: p.text().nullable(),
    idToken: p.text().nullable(),
    accessTokenExpiresAt: p.datetime().nullable(),
    refreshTokenExpiresAt: p.datetime().nullable(),
    scope: p.text().nullable(),
    password: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})

export const Verification = defineEntity({
  name: 'Verification',
  tableName: 'auth_verification',
  properties: {
    id: p.text().primary(),
    identifier: p.text().index(),
    value: p.text(),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})

/** The secret of an authenticator app and the recovery codes, both encrypted by the secret of sign-in. */
export const TwoFactor = defineEntity({
  name: 'TwoFactor',
  tableName: 'auth_two_factor',
  properties: {
    id: p.text().primary(),
    userId: p.text().index(),
    secret: p.text(),
    backupCodes: p.text(),
    verified: p.boolean().default(true),
    failedVerificationCount: p.integer().default(0),
    lockedUntil: p.datetime().nullable(),
  },
})

export const Passkey = defineEntity({
  name: 'Passkey',
  tableName: 'auth_passkey',
  properties: {
    id: p.text().primary(),
    name: p.text().nullable(),
    publicKey: p.text(),
    userId: p.text().index(),
    credentialId: p.text().unique(),
    counter: p.integer(),
    deviceType: p.text(),
    backedUp: p.boolean(),
    transports: p.text().nullable(),
    createdAt: p.datetime().nullable(),
    aaguid: p.text().nullable(),
  },
})

/** What counts attempts to sign in. Only SQL reads and writes it. */
export const SignInAttempt = defineEntity({
  name: 'SignInAttempt',
  properties: {
    /** A hash of what is counted: an account, an address, or both. */
    key: p.text().primary(),
    attempts: p.integer(),
    lastAt: p.datetime().index(),
    blockedUntil: p.datetime().nullable(),
  },
})

/** ASKED: by an operator. RESTORED: the database is not the one that it was, as after a restore or a copy. */
export const pauseReasons = ['ASKED', 'RESTORED'] as const
export type PauseReason = (typeof pauseReasons)[number]

/** One row for the whole instance. */
export const Instance = defineEntity({
  name: 'Instance',
  properties: {
    id: p.integer().primary().autoincrement(false),
    /** Signs session cookies unless LOCKSTEP_AUTH_SECRET is set. */
    authSecret: p.text(),
    /** When the first account was claimed, so that two people cannot both be the first. */
    firstSignUpAt: p.datetime().nullable(),
    /** Which database this was when somebody last said that it may work, see `database_identity()`. */
    identity: p.text().nullable(),
    /** The same of the folder of an embedded database, which a copy of the folder changes. */
    folder: p.text().nullable(),
    /** Since when no run begins and no schedule strikes; null: it is not paused. */
    pausedAt: p.datetime().nullable(),
    pausedBecause: p.enum(pauseReasons).nullable(),
  },
})

/** One row: what the URLs of webhooks are derived from, unless LOCKSTEP_HOOK_SECRET is set. */
export const HookKey = defineEntity({
  name: 'HookKey',
  properties: {
    id: p.integer().primary().autoincrement(false),
    secret: p.text(),
  },
})
