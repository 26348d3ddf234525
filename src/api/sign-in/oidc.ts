import { readFile } from 'node:fs/promises'
import type { GenericOAuthConfig, GenericOAuthUserInfo } from 'better-auth/plugins/generic-oauth'
import { decodeJwt } from 'jose'
import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import type { OidcConfig, RoleRule } from '../../sign-in-config.ts'
import { isObject } from './body.ts'
import { callState } from './call.ts'
import { discoveryUrl, type IssuerMetadata } from './oidc-issuer.ts'

/** The name of the provider in the library's tables and paths. */
export const PROVIDER = 'oidc'

const PATIENCE_MS = 10_000

/** @throws AppError INVALID_CONFIG when the file with the secret cannot be read, or is empty. */
export async function readClientSecret(config: OidcConfig): Promise<Sensitive | undefined> {
  const { clientSecret, clientSecretFile: file } = config
  if (file === undefined) return clientSecret
  const text = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (text !== '') return new Sensitive(text)
  throw new AppError(
    'INVALID_CONFIG',
    `LOCKSTEP_OIDC_CLIENT_SECRET_FILE: ${file} cannot be read, or is empty.`,
  )
}

/**
 * The provider for the library, which sends state, nonce and PKCE, and checks signature, issuer, audience and nonce of
 * the ID token before it asks for the claims.
 */
export function oidcProvider(
  config: OidcConfig,
  clientSecret: Sensitive | undefined,
  metadata: IssuerMetadata,
): GenericOAuthConfig {
  return {
    providerId: PROVIDER,
    discoveryUrl: discoveryUrl(config.issuer),
    clientId: config.clientId,
    ...(clientSecret && { clientSecret: clientSecret.reveal() }),
    scopes: ['openid', 'profile', 'email'],
    pkce: true,
    requireIdTokenVerification: true,
    async getUserInfo({ idToken, accessToken }): Promise<GenericOAuthUserInfo | null> {
      // Without an ID token nothing would be bound to this browser and to us.
      if (idToken === undefined) return null
      const claims = await withUserInfo(decodeJwt(idToken), metadata, accessToken)
      if (claims === undefined) return null
      const state = callState.getStore()
      if (state) state.claims = claims
      return personOf(claims, config)
    },
  }
}

/** Some providers keep groups and names out of the ID token, and give them by the endpoint for it. */
async function withUserInfo(
  claims: Record<string, unknown>,
  { userInfoUrl }: IssuerMetadata,
  accessToken: string | undefined,
): Promise<Record<string, unknown> | undefined> {
  if (userInfoUrl === undefined || accessToken === undefined) return claims
  const answer = await fetch(userInfoUrl, {
    headers: { authorization: `Bearer ${accessToken}` },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => undefined)
  const more: unknown = await answer?.json().catch(() => undefined)
  if (!answer?.ok || !isObject(more)) return undefined
  // Stops the claims of another person from being taken (OpenID Connect Core 1.0, section 5.3.2).
  if (more['sub'] !== claims['sub']) return undefined
  return { ...more, ...claims }
}

function personOf(claims: Record<string, unknown>, { trustEmail }: OidcConfig): GenericOAuthUserInfo {
  const email = textOf(claims['email'])
  const name = textOf(claims['name']) ?? textOf(claims['preferred_username']) ?? email?.split('@', 1)[0]
  return {
    sub: textOf(claims['sub']),
    email,
    emailVerified: trustEmail || claims['email_verified'] === true || claims['email_verified'] === 'true',
    name,
  } as GenericOAuthUserInfo
}

const textOf = (claim: unknown): string | undefined =>
  typeof claim === 'string' && claim !== '' ? claim : undefined

/**
 * The role of a person in every workspace that a rule names: the highest one of the rules that match, or `undefined`
 * where none does.
 */
export function claimedRoles(
  claims: Readonly<Record<string, unknown>>,
  rules: readonly RoleRule[],
): Map<string, RoleRule['role'] | undefined> {
  const roles = new Map<string, RoleRule['role'] | undefined>()
  for (const { claim, value, workspace, role } of rules) {
    const held = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    const matches = Array.isArray(held) ? held.includes(value) : String(held ?? '') === value
    const known = roles.get(workspace)
    roles.set(workspace, matches && known !== 'ADMIN' ? role : known)
  }
  return roles
}
