import type { KeyObject } from 'node:crypto'
import { REMEMBERED } from './agreement.ts'
import { agreeOnContentKey } from './content-key.ts'
import { TimedCache } from './timed-cache.ts'

/** What the opening side derives its content key with. */
export type Agree = typeof agreeOnContentKey

/**
 * Agrees once for data of runs, of which many come under one ephemeral key. What is remembered is found by the private
 * key alone: when that is forgotten, so is all that was agreed on with it.
 */
export function rememberAgreements(): Agree {
  const known = new WeakMap<KeyObject, TimedCache<KeyObject>>()
  return (privateKey, epk) => {
    const keys = known.get(privateKey) ?? new TimedCache<KeyObject>(REMEMBERED)
    known.set(privateKey, keys)
    const found = keys.get(epk.x)
    if (found) return found
    const contentKey = agreeOnContentKey(privateKey, epk)
    keys.set(epk.x, contentKey)
    return contentKey
  }
}
