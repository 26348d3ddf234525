import { createHmac } from 'node:crypto'
import { checkKey, type Once } from '../domain/index.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Caller } from './caller.ts'

/**
 * @param workspace the one to which the change belongs; empty: a workspace is to be made.
 * @param input of the mutation, with the key that the caller gave.
 */
export type OnceOf = (
  mutation: string,
  workspace: string,
  input: { idempotencyKey?: string | null | undefined },
) => Once | undefined

/**
 * Reads idempotency keys. An input may hold a value, and a hash of a value that can be guessed tells it. So the hash is an
 * HMAC, whose key is made of a secret of the instance and the caller's key, which is stored nowhere.
 */
export function createOnce(secret: Sensitive): (caller: Caller) => OnceOf {
  const mac = (...parts: readonly string[]) =>
    createHmac('sha256', secret.reveal())
      .update(JSON.stringify(['lockstep once', ...parts]))
      .digest()
  return (caller) =>
    (mutation, workspace, { idempotencyKey: key, ...input }) => {
      if (key === null || key === undefined) return undefined
      checkKey(key)
      const by = caller.kind === 'anonymous' ? '' : caller.id
      const own = mac('key', by, workspace, key)
      const ofInput = createHmac('sha256', mac('input', key)).update(JSON.stringify([mutation, input]))
      return {
        keyHash: own.toString('hex'),
        inputHash: ofInput.digest('hex'),
        secretFor: (made) => mac('made', by, workspace, key, made),
      }
    }
}
