import { errorCodes } from '../../../src/errors.ts'

/** Pages of the docs, with their headings, that the app leads to. Every one of them exists: test/docs-pages.test.ts. */
export const places = {
  alerts: 'help#an-alert-was-not-sent',
  changed: 'help#somebody-else-has-changed-it',
  curl: 'help#a-curl-command-is-not-understood',
  draft: 'help#a-draft-cannot-be-published',
  failedRun: 'help#a-run-has-failed',
  hook: 'help#a-call-of-a-webhook-was-refused',
  import: 'help#names-clash-in-an-import',
  interrupted: 'help#a-run-was-interrupted',
  invitation: 'help#an-invitation-does-not-work',
  masked: 'help#a-value-was-masked',
  missingSecret: 'help#a-secret-is-missing',
  moving: 'moving-in#from-a-env-file',
  recovery: 'keys#which-keys-there-are',
  refusedHost: 'help#a-host-was-refused',
  rootKey: 'keys#who-vouches-for-a-key',
  sealed: 'help#a-sealed-value-was-refused',
  signIn: 'help#you-cannot-sign-in',
  singleSignOn: 'sign-in#openid-connect',
  tokenScopes: 'tokens#what-a-token-may-do',
  waiting: 'help#a-run-waits',
  whereItMayGo: 'security#what-no-filter-can-hold',
} as const

export type Place = keyof typeof places

/** What the app says by itself about codes, beside the page of error codes. */
const ofCodes: Readonly<Record<string, Place>> = {
  CONFLICT: 'changed',
  CURL: 'curl',
  DESTINATION_NOT_ALLOWED: 'refusedHost',
  ENV: 'moving',
  INTERRUPTED: 'interrupted',
  INVALID_CODE: 'signIn',
  INVALID_EMAIL_OR_PASSWORD: 'signIn',
  KEY_MISMATCH: 'rootKey',
  OIDC_EMAIL_UNVERIFIED: 'singleSignOn',
  PASSKEY_CANCELLED: 'signIn',
  ROOT_KEY_UNAVAILABLE: 'waiting',
  SEALED_VALUE_REJECTED: 'sealed',
  SECRET_NOT_FOUND: 'missingSecret',
  TOO_MANY: 'signIn',
  account_not_linked: 'singleSignOn',
  unable_to_link_account: 'singleSignOn',
}

export const addressOf = (place: Place): string => `/docs/${places[place]}`

/** The heading of a code on the page of error codes. Undefined for one that is not there. */
export function addressOfCode(code: string): string | undefined {
  const isKnown = errorCodes.some((it) => it === code)
  return isKnown ? `/docs/errors#${code.toLowerCase()}` : undefined
}

/** Where the docs help with an error: what to do about it, else what its code means. */
export function helpWith(code: string): string | undefined {
  const place = Object.hasOwn(ofCodes, code) ? ofCodes[code] : undefined
  return place === undefined ? addressOfCode(code) : addressOf(place)
}
