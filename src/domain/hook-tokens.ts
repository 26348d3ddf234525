import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Sensitive } from '../sensitive.ts'
import type { HookOf, HookTokens } from '../store/runs/hook-token.ts'

// A UUID and half of a SHA-256, as many bits as RFC 2104 (section 5) asks for at least.
const ID_BYTES = 16
const MAC_BYTES = 16
const DERIVED_FORM = /^[\w-]{43}$/

/**
 * The tokens in the URLs of hooks, derived from the automation and its generation. Nothing of one is stored: whoever reads
 * the automations, or a backup, has no URL without the secret.
 *
 * @param secret the same for every API process; with another one, every URL is another one.
 */
export function createHookTokens(secret: Sensitive): HookTokens {
  const tokenOf = ({ workspace, id, generation }: HookOf) => {
    const mac = createHmac('sha256', secret.reveal())
      .update(`lockstep hook\n${workspace}\n${id}\n${generation}`)
      .digest()
    const bytes = [Buffer.from(id.replaceAll('-', ''), 'hex'), mac.subarray(0, MAC_BYTES)]
    return Buffer.concat(bytes).toString('base64url')
  }
  return {
    tokenOf,
    idIn(token) {
      if (!DERIVED_FORM.test(token)) return undefined
      const hex = Buffer.from(token, 'base64url').toString('hex', 0, ID_BYTES)
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
    isOf(token, hook) {
      const [given, right] = [Buffer.from(token), Buffer.from(tokenOf(hook))]
      // Stops timing attacks: how long the comparison takes does not tell how much of a guess is right.
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
