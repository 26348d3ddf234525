import { randomBytes, randomInt } from 'node:crypto'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import type { AppGrants, AppTokens } from './app-grants.ts'
import { newId } from './ids.ts'
import { tokenHash } from './tokens.ts'

/** The id of the command line, which every instance knows. */
export const COMMAND_LINE = 'lockstep-cli'
/** How long a person has to type the code, in seconds. */
export const DEVICE_SECONDS = 600
/** How long a program waits between two questions, in seconds (RFC 8628, section 3.2). */
export const ASK_SECONDS = 5

// Consonants alone: no word comes of them, and none is like another or a digit (RFC 8628, section 6.1).
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'
const USER_CODE_LENGTH = 8

export interface DeviceCodes {
  /** The program shows it when it asks. */
  device: string
  /** The person types it: `WDJB-MJHT`. */
  user: string
}

/** What a person sees before they decide. */
export interface AskingDevice {
  client: string
  address: string | null
  userAgent: string | null
  createdAt: Date
}

/** Why a program gets no tokens: the errors of RFC 8628, section 3.5, and `invalid_grant` of RFC 6749. */
export type DeviceRefusal =
  | 'authorization_pending'
  | 'slow_down'
  | 'access_denied'
  | 'expired_token'
  | 'invalid_grant'

/** Programs without a browser, which a person lets in by a code that they type into the browser of any machine. */
export interface DeviceRequests {
  ask(client: string, from: { address?: string; userAgent?: string }): Promise<DeviceCodes>
  /** @returns undefined when no open request has the code. */
  find(userCode: string): Promise<AskingDevice | undefined>
  /** @returns whether there was such a request, and nobody had decided. */
  decide(userCode: string, user: string, allow: boolean): Promise<boolean>
  /** The program asks whether it may go on. It gets tokens once. */
  redeem(deviceCode: string, client: string): Promise<AppTokens | DeviceRefusal>
}

const adding =
  statement(`insert into device_request (id, client, code_hash, user_code_hash, address, user_agent,
    created_at, expires_at, interval_seconds, next_ask_at)
  values ($1, $2, $3, $4, $5, $6, now(), now() + ${DEVICE_SECONDS} * interval '1 second', ${ASK_SECONDS},
    now() + ${ASK_SECONDS - 1} * interval '1 second')
  on conflict (user_code_hash) do nothing returning id`)
// An hour later the program has heard that it is over. Few at a time, so that nobody waits for it.
const pruning = statement(`with old as materialized (
    select id from device_request where expires_at < now() - interval '1 hour' limit 20 for update skip locked)
  delete from device_request using old where device_request.id = old.id`)
const finding = statement(`select client, address, user_agent as "userAgent", created_at as "createdAt"
  from device_request where user_code_hash = $1 and allowed is null and expires_at > now()`)
const deciding = statement(`update device_request set user_id = $2, allowed = $3
  where user_code_hash = $1 and allowed is null and expires_at > now() returning id`)
// Who asks too early waits longer from then on. A request that was decided is answered at once.
const asking = statement(`update device_request it
  set interval_seconds = it.interval_seconds + case when before.early then ${ASK_SECONDS} else 0 end,
    next_ask_at = now() + (it.interval_seconds + case when before.early then ${ASK_SECONDS} else 0 end - 1) * interval '1 second'
  from (select id, next_ask_at > now() and allowed is null as early from device_request where id = $1 for update) before
  where it.id = before.id and it.code_hash = $2 and it.client = $3
  returning it.allowed, it.expires_at <= now() as expired, before.early`)
const taking = statement(`delete from device_request
  where id = $1 and code_hash = $2 and client = $3 and allowed and expires_at > now()
  returning user_id as "user", address, user_agent as "userAgent"`)

const CODE = /^lkd_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/

export function createDeviceRequests(store: Store, grants: Pick<AppGrants, 'grant'>): DeviceRequests {
  return {
    async ask(client, { address, userAgent }) {
      await store.read(pruning, [])
      for (;;) {
        const [id, secret, user] = [newId(), randomBytes(32).toString('base64url'), newUserCode()]
        const hashes = [tokenHash(secret), hashOf(user)]
        const row = [id, client, ...hashes, address ?? null, userAgent ?? null]
        const added = await store.read(adding, row)
        // Another request has the same code about once in a thousand million times.
        if (added.length > 0) return { device: `lkd_${id}.${secret}`, user }
      }
    },
    async find(userCode) {
      const [found] = await store.read<AskingDevice>(finding, [hashOf(userCode)])
      return found
    },
    async decide(userCode, user, allow) {
      return (await store.read(deciding, [hashOf(userCode), user, allow])).length > 0
    },
    async redeem(deviceCode, client) {
      const [, id = '', secret = ''] = CODE.exec(deviceCode) ?? []
      if (id === '') return 'invalid_grant'
      type Asked = { allowed: boolean | null; expired: boolean; early: boolean }
      const bound = [id, tokenHash(secret), client]
      const [asked] = await store.read<Asked>(asking, bound)
      if (!asked) return 'invalid_grant'
      if (asked.expired) return 'expired_token'
      if (asked.allowed === false) return 'access_denied'
      if (asked.allowed === null) return asked.early ? 'slow_down' : 'authorization_pending'
      type Taken = { user: string; address: string | null; userAgent: string | null }
      // Of two that ask at once with the same code, one gets the tokens.
      const [taken] = await store.read<Taken>(taking, bound)
      return taken ? grants.grant(taken.user, client, taken) : 'invalid_grant'
    },
  }
}

function newUserCode(): string {
  const letters = Array.from({ length: USER_CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(
    '',
  )
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** People type it in small letters, and with a space or nothing in the place of the hyphen. */
const hashOf = (userCode: string): string => tokenHash(userCode.toUpperCase().replace(/[^A-Z]/g, ''))
