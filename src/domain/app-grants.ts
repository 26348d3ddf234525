import { createHash, randomBytes } from 'node:crypto'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { newId } from './ids.ts'
import { tokenHash } from './tokens.ts'

/** How long an access token works, in seconds. */
export const ACCESS_SECONDS = 600
// The time of a redirect and a request (RFC 6749, section 4.1.2, wants ten minutes at most).
const CODE_SECONDS = 60
const IDLE_DAYS = 7
const MOST_DAYS = 90
const MOST_GRANTS = 50

/** What an app asks for, after it was checked against the settings. */
export interface AppRequest {
  client: string
  redirectUri: string
  /** SHA-256 of the verifier that the app keeps, in base64url (RFC 7636). */
  challenge: string
}

export interface AppTokens {
  access: string
  refresh: string
}

export interface AppGrantRow {
  id: string
  client: string
  address: string | null
  userAgent: string | null
  createdAt: Date
  usedAt: Date
}

/** What people allow apps of other origins to do in their name: all that they may do themselves, until it ends. */
export interface AppGrants {
  /** @returns the code that the app exchanges once, within a minute. */
  allow(user: string, request: AppRequest, from: { address?: string; userAgent?: string }): Promise<string>
  /** Tokens for a program that a person let in by another way than a code at an address. */
  grant(
    user: string,
    client: string,
    from: { address: string | null; userAgent: string | null },
  ): Promise<AppTokens>
  /** @returns undefined when the code is none, or not for this app. A code that is shown again ends what it gave. */
  redeem(
    code: string,
    given: { client: string; redirectUri: string; verifier: string },
  ): Promise<AppTokens | undefined>
  /** @returns undefined when the token is none. One that was used before ends the grant: somebody has stolen it. */
  refresh(token: string, client: string): Promise<AppTokens | undefined>
  /** Whose access token it is. */
  verify(token: string): Promise<{ id: string; name: string; email: string; expiresAt: Date } | undefined>
  /** Ends the grant of an access or refresh token (RFC 7009). */
  revoke(token: string, client: string): Promise<void>
  list(user: string): Promise<AppGrantRow[]>
  /** @returns whether there was one of this person. */
  end(user: string, id: string): Promise<boolean>
  endAll(user: string): Promise<void>
}

const adding = statement(`insert into app_grant (id, user_id, client, redirect_uri, code_challenge, code_hash,
    code_expires_at, address, user_agent, created_at, used_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, now() + ${CODE_SECONDS} * interval '1 second', $7, $8, now(), now(),
    now() + ${CODE_SECONDS} * interval '1 second') returning id`)
const granting =
  statement(`insert into app_grant (id, user_id, client, redirect_uri, code_challenge, code_hash,
    code_expires_at, redeemed_at, family_hash, access_hash, refresh_hash, access_expires_at, address, user_agent,
    created_at, used_at, expires_at)
  values ($1, $2, $3, '', '', '', now(), now(), $4, $5, $6, now() + ${ACCESS_SECONDS} * interval '1 second', $7, $8,
    now(), now(), now() + interval '${IDLE_DAYS} days')`)
const pruning = statement(`delete from app_grant where user_id = $1 and (expires_at <= now() or id in (
    select id from app_grant where user_id = $1 order by used_at desc offset ${MOST_GRANTS}))`)
const TOKENS = `access_hash = $1, refresh_hash = $2, access_expires_at = now() + ${ACCESS_SECONDS} * interval '1 second',
  used_at = now(), expires_at = least(now() + interval '${IDLE_DAYS} days', created_at + interval '${MOST_DAYS} days')`
const redeeming = statement(`update app_grant set redeemed_at = now(), family_hash = $3, ${TOKENS}
  where id = $4 and code_hash = $5 and redeemed_at is null and code_expires_at > now()
    and client = $6 and redirect_uri = $7 and code_challenge = $8 returning user_id`)
const refreshing = statement(`update app_grant set ${TOKENS}
  where id = $3 and family_hash = $4 and refresh_hash = $5 and client = $6 and expires_at > now() returning user_id`)
const finding = statement(`select u.id, u.name, u.email, g.access_expires_at as "expiresAt"
  from app_grant g join auth_user u on u.id = g.user_id
  where g.id = $1 and g.access_hash = $2 and g.access_expires_at > now()`)
const endingCode = statement('delete from app_grant where id = $1 and code_hash = $2 returning user_id')
const endingFamily = statement('delete from app_grant where id = $1 and family_hash = $2 returning user_id')
const endingAccess = statement(
  'delete from app_grant where id = $1 and access_hash = $2 and client = $3 returning user_id',
)
const endingOne = statement('delete from app_grant where id = $1 and user_id = $2 returning user_id')
const endingAll = statement('delete from app_grant where user_id = $1 returning user_id')
const listing = statement(`select id, client, address, user_agent as "userAgent", created_at as "createdAt",
    used_at as "usedAt"
  from app_grant where user_id = $1 and redeemed_at is not null and expires_at > now() order by used_at desc`)

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const RANDOM = '[\\w-]{43}'
const CODE = new RegExp(`^lkc_(${UUID})\\.(${RANDOM})$`)
const ACCESS = new RegExp(`^lka_(${UUID})\\.(${RANDOM})$`)
const REFRESH = new RegExp(`^lkr_(${UUID})\\.(${RANDOM})\\.(${RANDOM})$`)

export const isAccessToken = (text: string): boolean => ACCESS.test(text)

const random = (): string => randomBytes(32).toString('base64url')

export function createAppGrants({ store, rights }: { store: Store; rights: RightsSignals }): AppGrants {
  const end = async (sql: Parameters<Store['read']>[0], values: unknown[]): Promise<boolean> => {
    const ended = await store.read<{ user_id: string }>(sql, values)
    for (const { user_id: user } of ended.slice(0, 1)) await rights.announce(user)
    return ended.length > 0
  }
  return {
    async allow(user, { client, redirectUri, challenge }, { address, userAgent }) {
      await store.read(pruning, [user])
      const id = newId()
      const secret = random()
      const row = [
        id,
        user,
        client,
        redirectUri,
        challenge,
        tokenHash(secret),
        address ?? null,
        userAgent ?? null,
      ]
      await store.read(adding, row)
      return `lkc_${id}.${secret}`
    },
    async grant(user, client, { address, userAgent }) {
      await store.read(pruning, [user])
      const [id, family] = [newId(), random()]
      const { tokens, hashes } = newTokens(id, family)
      await store.read(granting, [id, user, client, tokenHash(family), ...hashes, address, userAgent])
      return tokens
    },
    async redeem(code, { client, redirectUri, verifier }) {
      const [, id = '', secret = ''] = CODE.exec(code) ?? []
      if (id === '') return undefined
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      const family = random()
      const made = newTokens(id, family)
      const bound = [tokenHash(family), id, tokenHash(secret), client, redirectUri, challenge]
      const [found] = await store.read(redeeming, [...made.hashes, ...bound])
      if (found) return made.tokens
      // Whoever shows a code again, or to the wrong door, has it from somewhere else: nothing of it goes on.
      await end(endingCode, [id, tokenHash(secret)])
      return undefined
    },
    async refresh(token, client) {
      const [, id = '', family = '', secret = ''] = REFRESH.exec(token) ?? []
      if (id === '') return undefined
      const made = newTokens(id, family)
      const bound = [id, tokenHash(family), tokenHash(secret), client]
      const [found] = await store.read(refreshing, [...made.hashes, ...bound])
      if (found) return made.tokens
      // A refresh token works once (RFC 9700, section 4.14.2). Which of the two who have it is the thief, nobody knows.
      await end(endingFamily, [id, tokenHash(family)])
      return undefined
    },
    async verify(token) {
      const [, id, secret = ''] = ACCESS.exec(token) ?? []
      if (id === undefined) return undefined
      type Found = { id: string; name: string; email: string; expiresAt: Date }
      const [found] = await store.read<Found>(finding, [id, tokenHash(secret)])
      return found
    },
    async revoke(token, client) {
      const [, access, secret = ''] = ACCESS.exec(token) ?? []
      if (access !== undefined) await end(endingAccess, [access, tokenHash(secret), client])
      const [, refresh, family = ''] = REFRESH.exec(token) ?? []
      if (refresh !== undefined) await end(endingFamily, [refresh, tokenHash(family)])
    },
    list: (user) => store.read(listing, [user]),
    end: (user, id) => end(endingOne, [id, user]),
    async endAll(user) {
      await end(endingAll, [user])
    },
  }
}

function newTokens(id: string, family: string): { tokens: AppTokens; hashes: [string, string] } {
  const [access, refresh] = [random(), random()]
  return {
    tokens: { access: `lka_${id}.${access}`, refresh: `lkr_${id}.${family}.${refresh}` },
    hashes: [tokenHash(access), tokenHash(refresh)],
  }
}
