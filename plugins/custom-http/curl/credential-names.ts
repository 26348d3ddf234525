import { normalizeSecretName } from '../../../src/template/secret-name.ts'

/** Words in a name that indicate a confidential value. */
const CONFIDENTIAL =
  /(?:^|_)(?:PASSWORD|PASSWD|PWD|PASSPHRASE|PASSCODE|SECRET|TOKEN|APIKEY|AUTHORIZATION|AUTH|JWT|CREDENTIALS?|SIGNATURE|(?:API|APP|APPLICATION|ACCESS|PRIVATE|SUBSCRIPTION|AUTH|MASTER|LICENSE|ACCOUNT|SERVICE|ADMIN|SIGNING|ENCRYPTION)_KEY)(?:_|$)/
/** Names that contain such a word but hold nothing confidential. */
const HARMLESS =
  /(?:^|_)(?:TYPE|URL|URI|EXPIRES|EXPIRY|HINT|METHOD|ENDPOINT|(?:PAGE|NEXT|SYNC|CONTINUATION|START|CANCEL)_TOKEN)$/

/** Whether a header, parameter, form field or member with this name holds a credential. */
export function isCredentialName(name: string): boolean {
  const normal = normalized(name)
  return CONFIDENTIAL.test(normal) && !HARMLESS.test(normal)
}

/**
 * In a header any other key is a credential too, such as `x-functions-key`. But some names with "key" are
 * harmless.
 */
export function isCredentialHeader(name: string): boolean {
  const normal = normalized(name)
  return isCredentialName(name) || (/(?:^|_)KEY$/.test(normal) && !PLAIN_KEY.test(normal))
}

const PLAIN_KEY = /(?:^|_)(?:IDEMPOTENCY|SURROGATE|PUBLIC|PARTITION|ROUTING|CACHE|SORT)_KEY$/

/** `KEY` alone is a credential in a query, as Google uses it. In a body it is any key. */
export function isCredentialParameter(name: string): boolean {
  return isCredentialName(name) || ['KEY', 'SIG', 'CODE'].includes(normalized(name))
}

/**
 * A suggested name for the secret, made of the site and the kind, such as `STRIPE_KEY`.
 *
 * @param name of the header, parameter or member.
 */
export function suggestedName(url: string, name: string): string {
  const what = normalized(name).replace(/^X_(?=.)/, '') || 'SECRET'
  const site = siteOf(url)
  if (site === '' || what === site || what.startsWith(`${site}_`)) return what
  return normalized(`${site}_${what}`) || what
}

/** Empty if no secret can have such a name. */
export function normalized(name: string): string {
  try {
    return normalizeSecretName(name)
  } catch {
    return ''
  }
}

/** The registered label: `stripe` of api.stripe.com, `acme` of www.acme.co.uk. */
function siteOf(url: string): string {
  const labels = new URL(url).hostname.split('.')
  if (labels.length < 2 || /^[\d.:[\]]|\d$/.test(labels.at(-1) ?? '')) return ''
  const isSecondLevel =
    labels.length > 2 && (labels.at(-2) ?? '').length <= 3 && (labels.at(-1) ?? '').length === 2
  return normalized(labels.at(isSecondLevel ? -3 : -2) ?? '')
}
