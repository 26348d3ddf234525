import { randomBytes } from 'node:crypto'

/** A secret of a leak test of which only a part is confidential, such as the password in a connection string. */
export interface CanarySecret {
  readonly value: string
  /** The text that must not be visible anywhere, best made by {@link canary}. */
  readonly part: string
}

/**
 * A random value that cannot be confused with other text. It consists of letters and digits, so it fits into any
 * field.
 */
export function canary(): string {
  return randomBytes(36).toString('base64').replaceAll(/[+/=]/g, 'x')
}
