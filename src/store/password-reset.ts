import { createHash, randomBytes } from 'node:crypto'
import { databaseTime } from '../database-time.ts'
import { TwoFactor, User, Verification } from './entities/index.ts'
import type { Store, Tx } from './store.ts'

const HOUR_MS = 60 * 60 * 1000

/** The id of the account with this email. */
export async function findAccount(store: Store, email: string): Promise<string | undefined> {
  return (await store.em().findOne(User, { email }))?.id
}

/**
 * Makes the right to set a password anew, as sign-in itself makes it for a mail: the identifier is stored as a hash.
 *
 * @returns the token that the link has.
 */
export async function newPasswordReset(tx: Tx, user: string): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  const identifier = createHash('sha256').update(`reset-password:${token}`).digest('base64url')
  const now = databaseTime()
  const times = { createdAt: now, updatedAt: now, expiresAt: new Date(now.getTime() + HOUR_MS) }
  const id = randomBytes(24).toString('base64url')
  await tx.insert(Verification, { id, identifier, value: user, ...times })
  return token
}

export async function turnOffSecondFactor(tx: Tx, user: string): Promise<void> {
  await tx.nativeDelete(TwoFactor, { userId: user })
  await tx.nativeUpdate(User, { id: user }, { twoFactorEnabled: false })
}
