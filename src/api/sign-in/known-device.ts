import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Sensitive } from '../../sensitive.ts'

const COOKIE = 'lockstep_device'
const LIFETIME_SECONDS = 400 * 24 * 60 * 60

/**
 * Tells the browsers in which a person has signed in before from all others. Their attempts are counted apart, so that
 * somebody who guesses at the account from elsewhere does not keep its owner out.
 */
export interface KnownDevices {
  /** The id of the device, if its cookie is for this account. */
  find(headers: Headers, email: string): string | undefined
  /** The cookie for a browser in which the person has just signed in. */
  cookieFor(email: string): string
}

export function createKnownDevices(authSecret: Sensitive, publicUrl: string): KnownDevices {
  const sign = (id: string, email: string): Buffer =>
    createHmac('sha256', authSecret.reveal()).update(`known device\0${id}\0${email}`).digest()
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return {
    find(headers, email) {
      const pattern = new RegExp(`(?:^|; *)${COOKIE}=([\\w-]+)\\.([\\w-]+)`)
      const [, id, signature] = pattern.exec(headers.get('cookie') ?? '') ?? []
      if (id === undefined || signature === undefined) return undefined
      const [expected, given] = [sign(id, email), Buffer.from(signature, 'base64url')]
      return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined
    },
    cookieFor(email) {
      const id = randomBytes(12).toString('base64url')
      const value = `${id}.${sign(id, email).toString('base64url')}`
      return `${COOKIE}=${value}; Path=/api/auth; Max-Age=${LIFETIME_SECONDS}; HttpOnly; SameSite=Lax${secure}`
    },
  }
}
