import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { isWorkspaceId } from './ids.ts'

/**
 * A random token that names its workspace, so that a look-up touches only that workspace's rows. It has 256 random
 * bits, so a plain SHA-256 is safe to store.
 *
 * @param random 32 bytes that nobody can guess.
 */
export const newToken = (workspace: string, random: Buffer = randomBytes(32)): string =>
  `${workspace}.${random.toString('base64url')}`

/** The stored form of a token. A reader of the database cannot use it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

const PREFIX = 'lks_'
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
// 43 characters of base62 have 256 bits; 6 hold the 32 of the checksum.
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const NEW_FORM = /^lks_([a-z0-9-]{1,40})\.([0-9A-Za-z]{49})$/
// Before tokens had a checksum.
const OLD_FORM = /^lks_([a-z0-9-]{1,40})\.[\w-]{43}$/

/** An API token: `lks_WORKSPACE.`, 43 random characters and a checksum of 6, as docs/tokens.md describes it. @param bytes 32 that nobody can guess. */
export function newApiToken(workspace: string, bytes: Buffer = randomBytes(32)): string {
  const random = base62Of(bytes)
  const text = `${PREFIX}${workspace}.${random}`
  return `${text}${checksumOf(text)}`
}

/**
 * Where to look for an API token, and by which hash.
 *
 * @returns undefined for a text that is none, or whose checksum is wrong: the database is not asked for it.
 */
export function readApiToken(text: string): { workspace: string; hash: string } | undefined {
  const workspace = (NEW_FORM.exec(text) ?? OLD_FORM.exec(text))?.[1] ?? ''
  if (!isWorkspaceId(workspace)) return undefined
  const isNew = NEW_FORM.test(text)
  if (isNew && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  return { workspace, hash: tokenHash(text.slice(PREFIX.length)) }
}

/** @param bytes 32 of them, which are all in the digits. */
function base62Of(bytes: Buffer): string {
  let left = BigInt(`0x${bytes.toString('hex')}`)
  let digits = ''
  for (let i = 0; i < RANDOM_LENGTH; i++) {
    digits = `${BASE62[Number(left % 62n)]}${digits}`
    left /= 62n
  }
  return digits
}

/** CRC-32 (ISO 3309, as in zlib) of all that stands before it, in base62 with the highest digit first. */
function checksumOf(text: string): string {
  let left = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = `${BASE62[left % BASE62.length]}${digits}`
    left = Math.floor(left / BASE62.length)
  }
  return digits
}
