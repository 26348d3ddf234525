import { createHash, randomBytes } from 'node:crypto'

/**
 * A random token that names its workspace, so that a look-up touches only that workspace's rows. It has 256 random
 * bits, so a plain SHA-256 is safe to store.
 */
export const newToken = (workspace: string): string => `${workspace}.${randomBytes(32).toString('base64url')}`

/** The stored form of a token. A reader of the database cannot use it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')
