import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { ApiToken, type Role } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Store, Tx } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { checkGrant, type Grantor, lockGrantor } from './grants.ts'
import { newId, parsePublicId } from './ids.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import { checkTitle } from './plain-text.ts'
import { checkScopes, type Scope, scopesOf } from './scopes.ts'
import { newApiToken, readApiToken } from './tokens.ts'

const MAX_TOKENS = 200
// How exact lastUsedAt is. A busy token costs one write a minute.
const LAST_USED_STEP = `interval '1 minute'`
const DAY_MS = 24 * 60 * 60 * 1000
const USUAL_DAYS = 90
const MOST_DAYS = 366
// How long one that has expired stays in the list.
const LISTED_DAYS = 30

/** The rights of a bearer token in its workspace, as they are now. */
export interface TokenGrant {
  /** Of the token. */
  id: string
  name: string
  workspace: string
  role: Role
  /** Its own, as far as its owner's role has them. */
  scopes: ReadonlySet<Scope>
  owner: string | null
  expiresAt: Date | null
}

export interface NewApiToken {
  name: string
  role: Role
  /** Some of the role's; by default all of them. */
  scopes?: readonly string[] | null | undefined
  /** Null: never. By default in 90 days, or when the token ends that makes this one. */
  expiresAt?: Date | null | undefined
}

/** A token as lists show it. */
export type ListedApiToken = Omit<ApiToken, 'tokenHash'>

export interface ApiTokens {
  /**
   * Makes a token. It is returned only here; the database keeps only its hash.
   *
   * @throws AppError INVALID_NAME, INVALID_FIELD (scopes, expiry), LIMIT_REACHED, FORBIDDEN (the maker may do less)
   */
  create(
    actor: Actor,
    maker: Grantor,
    workspace: string,
    token: NewApiToken,
    once?: Once,
  ): Promise<{ token: string; apiToken: ListedApiToken }>
  /** @returns the token as it was. */
  revoke(actor: Actor, id: string): Promise<ListedApiToken>
  /** The tokens of several workspaces, the newest first, with those that expired a short while ago. */
  listOfMany(workspaces: readonly string[]): Promise<ListedApiToken[]>
  /**
   * What the token allows, and notes its use.
   *
   * @param from the address that it is used from.
   * @returns undefined for one that is malformed, unknown, revoked or expired, or whose owner has left.
   */
  verify(token: string, from: string | undefined): Promise<TokenGrant | undefined>
}

interface ApiTokenParts {
  store: Store
  rights: RightsSignals
}

export function createApiTokens({ store, rights }: ApiTokenParts): ApiTokens {
  return {
    create: (actor, maker, workspace, token, once) => create(store, actor, maker, workspace, token, once),
    async revoke(actor, tokenId) {
      const where = parsePublicId(tokenId)
      if (!where) throw tokenNotFound()
      return rights.change(where.id, async (tx) => {
        const token = await tx.findOne(ApiToken, where)
        if (!token) throw tokenNotFound()
        // If two people revoke it at once, only one succeeds.
        if ((await tx.nativeDelete(ApiToken, where)) === 0) throw tokenNotFound()
        await recordAudit(tx, {
          workspace: where.workspace,
          actor,
          action: 'token.revoke',
          target: token.name,
        })
        return token
      })
    },
    listOfMany: (workspaces) => store.read(tokensOfWorkspaces, [workspaces]),
    verify: (token, from) => verify(store, token, from),
  }
}

async function create(
  store: Store,
  actor: Actor,
  maker: Grantor,
  workspace: string,
  { name: title, role, ...wanted }: NewApiToken,
  once: Once | undefined,
): Promise<{ token: string; apiToken: ListedApiToken }> {
  const name = checkTitle("The token's name", title)
  const scopes = checkScopes(role, wanted.scopes ?? [...scopesOf(role)])
  const expiresAt = expiryOf(wanted.expiresAt, maker)
  const now = databaseTime()
  const { owner } = maker
  const made = { workspace, id: newId(), name, role, scopes, owner, createdAt: now, expiresAt }
  const token = newApiToken(workspace, once?.secretFor(made.id))
  const { hash: tokenHash = '' } = readApiToken(token) ?? {}
  return store.inTransaction(async (tx) => {
    checkGrant(await lockGrantor(tx, workspace, maker), scopes)
    if (owner === null) throw new AppError('FORBIDDEN', NO_OWNER)
    const earlier = await takeOnce(tx, workspace, once, made.id)
    if (earlier !== undefined) {
      const apiToken = await tx.findOne(ApiToken, { workspace, id: earlier })
      if (!apiToken) throw madeIsGone()
      return { token: newApiToken(workspace, once?.secretFor(earlier)), apiToken }
    }
    await makeRoom(tx, workspace, now)
    await tx.insert(ApiToken, { ...made, tokenHash })
    const detail = { role, scopes, expiresAt: expiresAt?.toISOString() ?? 'never' }
    await recordAudit(tx, { workspace, actor, action: 'token.create', target: name, detail })
    return { token, apiToken: { ...made, lastUsedAt: null, lastUsedFrom: null } }
  })
}

/** @throws AppError LIMIT_REACHED */
async function makeRoom(tx: Tx, workspace: string, now: Date): Promise<void> {
  const unlisted = new Date(now.getTime() - LISTED_DAYS * DAY_MS)
  await tx.nativeDelete(ApiToken, { workspace, expiresAt: { $lte: unlisted } })
  if ((await tx.count(ApiToken, { workspace })) < MAX_TOKENS) return
  throw new AppError('LIMIT_REACHED', `A workspace has at most ${MAX_TOKENS} tokens. Revoke one first.`, {
    limit: 'tokens',
  })
}

const NO_OWNER =
  'This token is older than owners of tokens, so nobody would own what it makes. Make the token as a person.'

/** @throws AppError INVALID_FIELD for a time that is none, not in the future, over a year ahead, or after the maker's end. */
function expiryOf(wanted: Date | null | undefined, { expiresAt: end = null }: Grantor): Date | null {
  const now = databaseTime().getTime()
  const usual = new Date(now + USUAL_DAYS * DAY_MS)
  const expiresAt = wanted === undefined ? (end && end < usual ? end : usual) : wanted
  const fault = expiryFault(expiresAt, now)
  if (fault !== undefined) throw new AppError('INVALID_FIELD', fault, { at: { field: 'expiresAt' } })
  // Otherwise a token that leaks could give itself a longer life.
  if (end && (expiresAt === null || expiresAt > end)) {
    const message = `A token makes none that outlives it: give a time until ${end.toISOString()}.`
    throw new AppError('INVALID_FIELD', message, { at: { field: 'expiresAt' } })
  }
  return expiresAt
}

function expiryFault(expiresAt: Date | null, now: number): string | undefined {
  if (expiresAt === null) return undefined
  const time = expiresAt.getTime()
  if (Number.isNaN(time)) return 'expiresAt is no time. Write it as 2027-01-31T00:00:00Z.'
  if (time <= now) return 'The token would have expired already. Give a time in the future.'
  if (time <= now + MOST_DAYS * DAY_MS) return undefined
  return 'A token lasts a year at most. Give an earlier time, or null for one that never expires.'
}

type GrantRow = Omit<TokenGrant, 'scopes'> & {
  scopes: Scope[] | null
  ownerRole: Role | null
  usedLately: boolean
}

async function verify(
  store: Store,
  token: string,
  from: string | undefined,
): Promise<TokenGrant | undefined> {
  const read = readApiToken(token)
  if (!read) return undefined
  const [found] = await store.read<GrantRow>(tokenByHash, [read.workspace, read.hash])
  // Its owner has left. What a token may do ends with what its owner may do.
  if (!found || (found.owner !== null && found.ownerRole === null)) return undefined
  const { usedLately, scopes, ownerRole, ...grant } = found
  const ofOwner = scopesOf(found.owner === null ? 'ADMIN' : ownerRole)
  const own = scopes ?? [...scopesOf(grant.role)]
  if (!usedLately) {
    // A use that cannot be noted, as on a disk that is full, is no reason to refuse what only reads.
    await store.read(noteUse, [grant.workspace, grant.id, from ?? null]).catch(() => undefined)
  }
  const role = ownerRole === 'MEMBER' ? ownerRole : grant.role
  return { ...grant, role, scopes: new Set(own.filter((it) => ofOwner.has(it))) }
}

/** Deletes the tokens of a person that may do more than what is left to the person. @returns their names. */
export async function endTokens(
  tx: Tx,
  workspace: string,
  owner: string,
  left: ReadonlySet<Scope>,
): Promise<string[]> {
  const tokens = await tx.find(ApiToken, { workspace, owner }, { orderBy: { id: 'asc' } })
  const ended = tokens.filter(({ role, scopes }) =>
    ((scopes as Scope[] | null) ?? [...scopesOf(role)]).some((it) => !left.has(it)),
  )
  await tx.nativeDelete(ApiToken, { workspace, id: { $in: ended.map(({ id }) => id) } })
  return ended.map(({ name }) => name)
}

const tokensOfWorkspaces = statement(
  `select workspace_id as workspace, id, name, role, scopes, owner, created_at as "createdAt",
          expires_at as "expiresAt", last_used_at as "lastUsedAt", last_used_from as "lastUsedFrom"
     from api_token where workspace_id = any ($1) order by id desc`,
)
// It only reads: a statement that also wrote would wait for a revocation that is under way, and then find the token as it
// was before.
const tokenByHash = statement(
  `select api_token.id, name, api_token.workspace_id as workspace, api_token.role, scopes, owner,
          membership.role as "ownerRole", expires_at as "expiresAt",
          coalesce(last_used_at > now() - ${LAST_USED_STEP}, false) as "usedLately"
     from api_token
     left join membership on membership.workspace_id = api_token.workspace_id and membership."user" = owner
    where api_token.workspace_id = $1 and token_hash = $2 and (expires_at is null or expires_at > now())`,
)
// Nobody waits: another request notes the use, or the token is being revoked.
const noteUse = statement(
  `update api_token set last_used_at = now(), last_used_from = $3
    where workspace_id = $1 and id = (
      select id from api_token where workspace_id = $1 and id = $2
         and (last_used_at is null or last_used_at < now() - ${LAST_USED_STEP}) for update skip locked)`,
)

function tokenNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such API token. It may be revoked already.')
}
