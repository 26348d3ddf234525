import { readsAsWords } from '../secret/words.ts'

/** Shorter parts would shred texts that hold no secret. */
const SHORTEST_PART = 8

const constants = new Set(
  `admin123 administrator anonymous authorized_user changeme default development disabled external_account localhost
  optional password passw0rd postgres postgresql production required service_account undefined unlimited username
  verify-ca verify-full`.split(/\s+/),
)

const publicShapes = [
  // A URL that holds nobody's credentials is an address.
  /^[a-z][a-z0-9+.-]*:\/\/[^\s@?]*$/i,
  /^[^\s@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i,
  /^(?:[a-z0-9_-]+\.)+[a-z]{2,}(?::\d+)?$/,
  /^[\d.:/]+$/,
  /^\d{4}-\d\d-\d\d(?:[T ][\d:.,]+(?:Z|[+-][\d:]+)?)?$/,
]

/** The last word of a name under which people keep what nobody may see. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|key|credentials?|auth(?:orization)?|signature|sig|salt|pin|cookie|sas)$/i

/** Whether what stands under this name is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/**
 * Whether a part of a value is masked alone. It has 8 characters or more and is no well-known constant. Where a
 * password or a key belongs (`secret`) that is all. Elsewhere it is public by nature when it is an address (URL without
 * credentials, host, e-mail, IP), a date or a version, or when it reads as words.
 */
export function isTelling(part: string, secret: boolean): boolean {
  if (part.trim().length < SHORTEST_PART || constants.has(part.toLowerCase())) return false
  if (!/[\p{L}\p{N}]/u.test(part)) return false
  return secret || !(publicShapes.some((it) => it.test(part)) || readsAsWords(part))
}
