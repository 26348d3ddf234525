import { AppError } from '../errors.ts'
import { ApiToken, type Role } from '../store/entities/index.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { isWorkspaceId, newId, parsePublicId, publicId } from './ids.ts'
import { checkTitle } from './plain-text.ts'
import { newToken, tokenHash } from './tokens.ts'

const PREFIX = 'lks_'
const MAX_TOKENS = 200
// How exact lastUsedAt is, in milliseconds. A busy token costs one write a minute.
const LAST_USED_STEP = 60_000

/** The rights of a bearer token: one workspace, one role. */
export interface TokenGrant {
  name: string
  workspace: string
  role: Role
}

export interface ApiTokens {
  /** Makes a token. It is returned only here; the database keeps only its hash. */
  create(actor: Actor, workspace: string, name: string, role: Role): Promise<{ id: string; token: string }>
  revoke(actor: Actor, id: string): Promise<void>
  /** The tokens of several workspaces, newest first. */
  listOfMany(workspaces: readonly string[]): Promise<ApiToken[]>
  /** The rights of the token; `undefined` for one that is malformed, unknown or revoked. */
  verify(token: string): Promise<TokenGrant | undefined>
}

export function createApiTokens({ store }: { store: Store }): ApiTokens {
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
          createdAt: new Date(),
        })
        await recordAudit(tx, { workspace, actor, action: 'token.create', target: name, detail: { role } })
      })
      return { id: publicId(workspace, id), token: `${PREFIX}${secret}` }
    },
    async revoke(actor, tokenId) {
      const where = parsePublicId(tokenId)
      if (!where) throw tokenNotFound()
      await store.inTransaction(async (tx) => {
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
    listOfMany: (workspaces) => {
      const where = { workspace: { $in: [...workspaces] } }
      return store.em().find(ApiToken, where, { orderBy: { id: 'desc' } })
    },
    async verify(token) {
      if (!token.startsWith(PREFIX) || token.length > 200) return undefined
      const secret = token.slice(PREFIX.length)
      const workspace = secret.split('.', 1)[0] ?? ''
      if (!isWorkspaceId(workspace)) return undefined
      const em = store.em()
      const found = await em.findOne(ApiToken, { workspace, tokenHash: tokenHash(secret) })
      if (!found) return undefined
      const now = Date.now()
      if (now - (found.lastUsedAt?.getTime() ?? 0) > LAST_USED_STEP) {
        await em.nativeUpdate(ApiToken, { workspace, id: found.id }, { lastUsedAt: new Date(now) })
      }
      return { name: found.name, workspace, role: found.role }
    },
  }
}

function tokenNotFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such API token. It may be revoked already.')
}
