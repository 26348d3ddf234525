import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { agreeOnContentKey } from './content-key.ts'
import type { PublicJwk, PublicWorkspaceKey } from './seal-value.ts'
import { TimedCache } from './timed-cache.ts'

/** One agreement by `ECDH-ES`: the content key, and the ephemeral key from which the other side derives it. */
export interface Agreement {
  epk: PublicJwk
  contentKey: KeyObject
}

/** Both sides forget an agreement then. Half a minute costs a workspace one agreement for hundreds of runs. */
export const REMEMBERED = { seconds: 30, max: 1000 }
// With random nonces of 96 bits, NIST SP 800-38D (section 8.3) allows 2^32 messages under one key.
const MOST_MESSAGES = 2 ** 16

/** An agreement with a workspace key under a new ephemeral key. */
export function agreeAnew({ jwk }: PublicWorkspaceKey): Agreement {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const epk = { kty: 'OKP', crv: 'X25519', x } as const
  return { epk, contentKey: agreeOnContentKey(privateKey, jwk) }
}

/** Agrees once for many messages to a workspace key. For data of runs, never for stored secrets. */
export function createAgreements(): (key: PublicWorkspaceKey) => Agreement {
  const known = new TimedCache<{ agreement: Agreement; messages: number }>(REMEMBERED)
  return (key) => {
    // The thumbprint names the key, and who seals has checked that it does.
    const found = known.get(key.kid)
    if (found && found.messages < MOST_MESSAGES) {
      found.messages++
      return found.agreement
    }
    const agreement = agreeAnew(key)
    known.set(key.kid, { agreement, messages: 1 })
    return agreement
  }
}
