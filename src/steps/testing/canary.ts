import { randomBytes } from 'node:crypto'

/** A secret of a leak test of which only a part is confidential, such as the password in a connection string. */
export interface CanarySecret {
  readonly value: string
  /** What must be seen nowhere; best made by {@link canary}. */
  readonly part: string
}

/** A random value that can be told from everything else: letters and digits, so that it fits into any field. */
export function canary(): string {
  return randomBytes(36).toString('base64').replaceAll(/[+/=]/g, 'x')
}
