import type { SecretDecision } from '../egress/index.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { RunOrigin } from '../store/runs/run-origin.ts'
import type { SecretUse } from '../store/runs/secret-use.ts'
import { isObtained } from './protect.ts'

// So many different uses of one attempt are on record one by one. The last line of those behind them says how many.
const MOST = 50

interface UseParts {
  step: { key: string; type: string; attempt: number }
  origin: RunOrigin
  redactor: Pick<RunRedactor, 'text'>
}

/** What one attempt at a step does with its secrets: the same to the same host is one use, with how often. */
export interface SecretUses {
  decided(decision: SecretDecision): void
  /** A step was refused before it did anything: for all that it has in hand, unless it is told already for which. */
  refused(secrets: readonly string[]): void
  list(): SecretUse[]
}

export function collectSecretUses({ step, origin, redactor }: UseParts): SecretUses {
  const found = new Map<string, { secret: string; what: object; isRefused: boolean; times: number }>()
  const add = (secret: string, what: object, isRefused: boolean) => {
    const isFull = found.size >= MOST
    const key = JSON.stringify([secret, what, isRefused])
    const known = found.get(key) ?? (isFull ? found.get(REST) : undefined)
    if (known) known.times++
    else if (isFull) found.set(REST, { secret, what: { more: true }, isRefused, times: 1 })
    else found.set(key, { secret, what, isRefused, times: 1 })
  }
  return {
    decided({ secret, host, method, outcome }) {
      if (isObtained(secret)) return
      const isRefused = outcome === 'refused'
      const ended = typeof outcome === 'object' ? outcome : {}
      // A host can be a part of a value, and a method is what a member wrote.
      const where = {
        host: redactor.text(host),
        ...(method !== undefined && { method: redactor.text(method) }),
      }
      add(secret, { ...where, ...ended }, isRefused)
    },
    refused(secrets) {
      const isTold = [...found.values()].some(({ isRefused }) => isRefused)
      if (!isTold) for (const secret of secrets) add(secret, {}, true)
    },
    list() {
      const { address = null, client = null } = origin
      const { key, type, attempt } = step
      return [...found.values()].map(({ secret, what, isRefused, times }) => ({
        secret,
        action: isRefused ? 'secret.refuse' : 'secret.send',
        detail: {
          step: key,
          type,
          attempt,
          ...what,
          decision: isRefused ? 'refused' : 'allowed',
          ...(times > 1 && { times }),
        },
        address,
        client,
      }))
    },
  }
}

const REST = ''
