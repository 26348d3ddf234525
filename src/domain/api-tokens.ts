import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { ApiToken, type Role } from '../store/entities/index.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { isWorkspaceId, newId, parsePublicId, publicId } from './ids.ts'
import { checkTitle } from './plain-text.ts'
import { newToken, tokenHash } from './tokens.ts'

const PREFIX = 'lks_'
const MAX_TOKENS = 200
// How exact lastUsedAt is. A busy token costs one write a minute.
const LAST_USED_STEP = `interval '1 minute'`

/** The rights of a bearer token: one workspace, one role. */
export interface TokenGrant {
  /** Of the token. */
  id: string
  name: string
  workspace: string
  role: Role
}

export interface ApiTokens {
  /** Makes a token. It is returned only here; the database keeps only its hash. */
  create(actor: Actor, workspace: string, name: string, role: Role): Promise<{ id: string; token: string }>
  revoke(actor: Actor, id: string): Promise<void>
  /** The tokens of several workspaces, the newest first. */
  listOfMany(workspaces: readonly string[]): Promise<Omit<ApiToken, 'tokenHash'>[]>
  /** What the token allows; `undefined` for one that is malformed, unknown or revoked. */
  verify(token: string): Promise<TokenGrant | undefined>
}

interface ApiTokenParts {
  store: Store
  rights: RightsSignals
}

export function createApiTokens({ store, rights }: ApiTokenParts): ApiTokens {
  return {
    async create(actor, workspace, title, role) {
      const name = checkTitle("The token's name", title)
      const secret = newToken(workspace)
      const id = newId()
      await store.inTransaction(async (tx) => {
        if ((await tx.count(ApiToken, { workspace })) >= MAX_TOKENS) {
          throw new AppError(
            'LIMIT_REACHED',
            `A workspace has at most ${MAX_TOKENS} tokens. Revoke one first.`,
          )
        }
        await tx.insert(ApiToken, {
          workspace,
          id,
          name,
          role,
          tokenHash: tokenHash(secret),
          createdAt: databaseTime(),
        })
        await recordAudit(tx, { workspace, actor, action: 'token.create', target: name, detail: { role } })
      })
      return { id: publicId(workspace, id), token: `${PREFIX}${secret}` }
    },
    async revoke(actor, tokenId) {
      const where = parsePublicId(tokenId)
      if (!where) throw tokenNotFound()
      await rights.change(where.id, async (tx) => {
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
      })
    },
    listOfMany: (workspaces) => store.read(tokensOfWorkspaces, [workspaces]),
    async verify(token) {
      if (!token.startsWith(PREFIX) || token.length > 200) return undefined
      const secret = token.slice(PREFIX.length)
      const workspace = secret.split('.', 1)[0] ?? ''
      if (!isWorkspaceId(workspace)) return undefined
      const [grant] = await store.read<TokenGrant>(useToken, [workspace, tokenHash(secret)])
      return grant
    },
  }
}

const tokensOfWorkspaces = statement(
  `select workspace_id as workspace, id, name, role, created_at as "createdAt", last_used_at as "lastUsedAt"
     from api_token where workspace_id = any ($1) order by id desc`,
)
// One statement finds the token and says that it is used: a request waits once.
const useToken = statement(
  `with found as (
     select id, name, role, last_used_at from api_token where workspace_id = $1 and token_hash = $2
   ), used as (
     update api_token set last_used_at = now() from found
      where api_token.workspace_id = $1 and api_token.id = found.id
        and (found.last_used_at is null or found.last_used_at < now() - ${LAST_USED_STEP})
   )
   select id, name, $1::text as workspace, role from found`,
)

function tokenNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such API token. It may be revoked already.')
}
