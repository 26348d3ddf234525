import { createHash, randomBytes } from 'node:crypto'

/**
 * A random token that names its workspace, so that looking it up touches that workspace's rows alone. Its 256
 * random bits make a plain SHA-256 enough to keep.
 */
export const newToken = (workspace: string): string => `${workspace}.${randomBytes(32).toString('base64url')}`

/** What is stored of a token: whoever reads the database cannot use it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')
