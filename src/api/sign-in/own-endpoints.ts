import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware, sessionMiddleware } from 'better-auth/api'
import * as z from 'zod'
import type { Domain } from '../../domain/index.ts'
import { PROVIDER } from './oidc.ts'

/** In which ways people sign in here. */
export interface Ways {
  password: boolean
  oidc: boolean
  /** Whether mails are sent, so that a person can set a forgotten password anew. */
  mail: boolean
}

// In front of the id of an app's grant, which is listed among the sessions.
const APP = 'app:'

/** Endpoints in the place of those of the library that show session tokens. */
export function ownEndpoints(ways: Ways, apps: Domain['appGrants']) {
  return {
    id: 'lockstep',
    endpoints: {
      ways: createAuthEndpoint('/ways', { method: 'GET' }, async (ctx) => ctx.json(ways)),
      account: createAuthEndpoint('/account', { method: 'GET', use: [sessionMiddleware] }, async (ctx) => {
        const { id, name, email, emailVerified, ...user } = ctx.context.session.user
        const accounts = await ctx.context.internalAdapter.findAccounts(id)
        const has = (provider: string) => accounts.some(({ providerId }) => providerId === provider)
        const twoFactor = user['twoFactorEnabled'] === true
        return ctx.json({
          name,
          email,
          emailVerified,
          twoFactor,
          password: has('credential'),
          oidc: has(PROVIDER),
        })
      }),
      sessions: createAuthEndpoint('/sessions', { method: 'GET', use: [sessionMiddleware] }, async (ctx) => {
        const { session: current, user } = ctx.context.session
        const sessions = await ctx.context.internalAdapter.listSessions(user.id, { onlyActiveSessions: true })
        const shown = sessions.map(({ id, ipAddress, userAgent, createdAt, updatedAt }) => ({
          id,
          address: ipAddress ?? null,
          client: userAgent ?? null,
          createdAt,
          lastSeenAt: updatedAt,
          app: null as string | null,
          current: id === current.id,
        }))
        for (const { id, client, address, createdAt, usedAt } of await apps.list(user.id))
          shown.push({
            id: `${APP}${id}`,
            address,
            client: null,
            createdAt,
            lastSeenAt: usedAt,
            app: client,
            current: false,
          })
        return ctx.json(shown.sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime()))
      }),
      endSession: createAuthEndpoint(
        '/end-session',
        { method: 'POST', use: [sensitiveSessionMiddleware], body: z.object({ id: z.string() }) },
        async (ctx) => {
          const { id: user } = ctx.context.session.user
          const app = ctx.body.id.startsWith(APP) ? ctx.body.id.slice(APP.length) : undefined
          if (app !== undefined && (await apps.end(user, app))) return ctx.json({ status: true })
          const sessions = await ctx.context.internalAdapter.listSessions(user)
          // Only among the person's own: the id of another one's session is no session at all.
          const found = sessions.find(({ id }) => id === ctx.body.id)
          if (!found)
            throw new APIError('NOT_FOUND', { code: 'NOT_FOUND', message: 'There is no such session.' })
          await ctx.context.internalAdapter.deleteSession(found.token)
          return ctx.json({ status: true })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
