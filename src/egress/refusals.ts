import { AppError } from '../errors.ts'

/**
 * The rule that refused a request: the scheme of its URL, the policy of a secret, the address of its host, or where an
 * answer redirects it to.
 */
export type EgressRefusal = 'scheme' | 'secret' | 'address' | 'redirect'

type Refused = (reason: EgressRefusal) => void

/** Counts an error that says that a request may not go where it was to go. */
export function countRefusal(error: unknown, reason: EgressRefusal, refused: Refused): void {
  if (error instanceof AppError && error.code === 'DESTINATION_NOT_ALLOWED') refused(reason)
}

/** Does `check`, and counts when it refuses. */
export function counted<T>(reason: EgressRefusal, refused: Refused, check: () => T): T {
  try {
    return check()
  } catch (error) {
    countRefusal(error, reason, refused)
    throw error
  }
}
