import type { Sensitive } from '../../sensitive.ts'
import type { OidcConfig } from '../../sign-in-config.ts'
import { type Auth, type AuthParts, createAuth } from './auth.ts'
import { oidcProvider } from './oidc.ts'
import { readIssuer, UnusableIssuer } from './oidc-issuer.ts'
import { refusal } from './refusal.ts'

/** Opens sign-in by OpenID Connect when somebody first asks for it. */
export interface OidcSignIn {
  /** @returns the library with the provider, or a refusal while the provider cannot be used. */
  open(): Promise<Auth | Response>
}

/**
 * The provider is asked only when somebody signs in by it. So one that is away, or answers nonsense, keeps nobody else
 * from signing in, and is asked anew the next time.
 */
export function createOidcSignIn(
  parts: AuthParts,
  config: OidcConfig,
  secret: Sensitive | undefined,
): OidcSignIn {
  let opening: Promise<Auth> | undefined
  const open = async () => {
    const metadata = await readIssuer(config.issuer)
    const auth = createAuth(parts, oidcProvider(config, secret, metadata))
    await auth.$context
    return auth
  }
  return {
    async open() {
      opening ??= open()
      try {
        return await opening
      } catch (err) {
        opening = undefined
        if (!(err instanceof UnusableIssuer)) throw err
        const message = `The provider of single sign-on ${err.message}.`
        parts.log.error({ issuer: config.issuer }, message)
        return refusal(502, 'OIDC_UNAVAILABLE', `${message} Ask the operator of this Lockstep.`)
      }
    },
  }
}
