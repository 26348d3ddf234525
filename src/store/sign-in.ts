import { randomBytes } from 'node:crypto'
import { Pool } from 'pg'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { Sensitive } from '../sensitive.ts'
import { connectionTo } from './connection.ts'
import { HookKey, Instance } from './entities/index.ts'
import type { Store } from './store.ts'

export interface AuthTables extends Columns {
  database: Pool
}

/**
 * A pool of connections and the names of better-auth's tables and columns, as the migrations make them. The pool
 * is its own, for it reads times as `Date`, which the store's connections do not.
 */
export function openAuthTables(url: Sensitive, log: Logger): { tables: AuthTables; close(): Promise<void> } {
  const database = new Pool({ ...connectionTo(url), max: 4 })
  // A connection that the server drops must not end the process.
  database.on('error', (err) => log.warn({ err }, 'a connection of sign-in was lost'))
  // Nor one that is in use then, whose query fails by itself.
  database.on('connect', (client) => client.on('error', () => undefined))
  return { tables: { database, ...columns }, close: () => database.end() }
}

type Columns = typeof columns

const columns = {
  user: {
    modelName: 'auth_user',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
  session: {
    modelName: 'auth_session',
    fields: {
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  account: {
    modelName: 'auth_account',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'auth_verification',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
  /** What the plugin for second factors adds to `user`. */
  userOfTwoFactor: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'auth_two_factor',
    fields: {
      userId: 'user_id',
      backupCodes: 'backup_codes',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
  passkey: {
    modelName: 'auth_passkey',
    fields: {
      publicKey: 'public_key',
      userId: 'user_id',
      credentialID: 'credential_id',
      deviceType: 'device_type',
      backedUp: 'backed_up',
      createdAt: 'created_at',
    },
  },
}

/** What signs session cookies, made when the database was migrated and shared by every API process. */
export async function readAuthSecret(store: Store): Promise<Sensitive> {
  const instance = await store.em().findOne(Instance, { id: 1 })
  if (instance) return new Sensitive(instance.authSecret)
  throw new AppError('DATABASE_UNAVAILABLE', 'The database is not set up. Run `lockstep migrate`.')
}

/** What the URLs of webhooks are derived from, made by the first API process and shared by all. */
export async function readHookSecret(store: Store): Promise<Sensitive> {
  const found = await store.em().findOne(HookKey, { id: 1 })
  if (found) return new Sensitive(found.secret)
  const key = { id: 1, secret: randomBytes(32).toString('base64url') }
  // Of two processes at once, one makes it.
  await store.em().upsert(HookKey, key, { onConflictAction: 'ignore' })
  return new Sensitive((await store.em().findOneOrFail(HookKey, { id: 1 })).secret)
}

/** Whether anybody has an account. */
export async function hasAccounts(store: Store): Promise<boolean> {
  const [row] = await store
    .em()
    .execute<{ found: boolean }[]>('select exists (select 1 from auth_user) as found')
  return row?.found === true
}

/**
 * Whether this sign-up is the first. One statement decides, so that of two people at once one is. A claim that no
 * account followed (the process died in between) lapses after a minute.
 */
export async function claimFirstSignUp(store: Store): Promise<boolean> {
  const rows = await store.em().execute<unknown[]>(
    `update instance set first_sign_up_at = now()
      where id = 1 and not exists (select 1 from auth_user)
        and (first_sign_up_at is null or first_sign_up_at < now() - interval '1 minute')
      returning id`,
  )
  return rows.length > 0
}
