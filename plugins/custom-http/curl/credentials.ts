import { MIN_VALUE_LENGTH } from '../../../src/secret/value.ts'
import type { Credential, Found, Place, SuggestedSecret } from './credential.ts'
import {
  isCredentialHeader,
  isCredentialName,
  isCredentialParameter,
  normalized,
  suggestedName,
} from './credential-names.ts'
import type { CurlFields } from './fields.ts'
import { isJson, stringMembers } from './json-strings.ts'
import { holdsVariable, otherVariables } from './other-variables.ts'

/**
 * @param fields whose texts are not templates yet.
 * @param variables names of the variables of the shell in the command, which stand for secrets wherever they are.
 */
export function findCredentials(fields: CurlFields, variables: readonly string[] = []): Credential[] {
  const likely: Found[] = [
    ...inUrl(fields.url),
    ...(fields.headers ?? []).flatMap((it, row) => inHeader(it, row)),
    ...(fields.form ?? []).flatMap(({ name, value }, row) =>
      isCredentialName(name) ? [whole(`form field ${name}`, name, value, { field: 'form', row })] : [],
    ),
    ...inBody(fields),
  ]
  const isVariable = (value: string) => variables.includes(VARIABLE.exec(value)?.slice(1).find(Boolean) ?? '')
  const found = likely.filter(({ secrets, basic }) =>
    secrets.every(
      ({ value }) =>
        isVariable(value) ||
        // A variable inside of a longer text is the secret, and not the text.
        (value.length >= MIN_VALUE_LENGTH && (basic || !holdsVariable(value, variables))),
    ),
  )
  const names = new Map<string, string>()
  return [...found, ...otherVariables(fields, variables, found)].map((it) => ({
    ...it,
    secrets: it.secrets.map((secret) => named(secret, fields.url, names)),
  }))
}

/** Gives the secret a name that no other value has. */
function named(
  secret: { readonly name: string; readonly value: string },
  url: string,
  names: Map<string, string>,
): SuggestedSecret {
  const variable = VARIABLE.exec(secret.value)
  const known = normalized(variable?.[1] ?? variable?.[2] ?? '')
  const wanted = known || suggestedName(url, secret.name)
  let name = wanted
  for (let count = 2; (names.get(name) ?? secret.value) !== secret.value; count++) name = `${wanted}_${count}`
  names.set(name, secret.value)
  return known ? { name } : { name, value: secret.value }
}

const VARIABLE = /^\$(?:\{(\w+)\}|(\w+))$/

function whole(label: string, name: string, value: string, place: Place): Found {
  return { label, place, start: 0, end: value.length, secrets: [{ name, value }] }
}

function inHeader({ name, value }: { readonly name: string; readonly value: string }, row: number): Found[] {
  const lower = name.toLowerCase()
  const place: Place = { field: 'headers', row }
  if (lower === 'cookie') return [whole(`header ${name}`, 'cookie', value, place)]
  if (!isCredentialHeader(name)) return []
  const isAuthorization = lower === 'authorization' || lower === 'proxy-authorization'
  const scheme = isAuthorization ? /^([A-Za-z][\w-]*) +(?=\S)/ : /^(bearer|basic|token) +(?=\S)/i
  const [before = '', word = ''] = scheme.exec(value) ?? []
  if (word.toLowerCase() === 'basic') return [inBasic(name, value, before.length, place)]
  const what = isAuthorization ? (/^(bearer|token)?$/i.test(word) ? 'token' : 'key') : name
  const secret = { name: what, value: value.slice(before.length) }
  return [{ label: `header ${name}`, place, start: before.length, end: value.length, secrets: [secret] }]
}

/** Handles a key as the user name, a key with a fixed word as the password, or a user name and a password. */
function inBasic(name: string, value: string, start: number, place: Place): Found {
  const label = `header ${name}`
  const pair = basicPair(value.slice(start))
  const colon = pair?.indexOf(':') ?? -1
  const user = pair?.slice(0, colon) ?? ''
  const password = pair?.slice(colon + 1) ?? ''
  // A text that is no pair, or has a user name too short for a secret, is kept as a whole header.
  if (colon === -1 || user.length < MIN_VALUE_LENGTH) return whole(label, 'authorization', value, place)
  const common = { label, place, start: 0, end: value.length }
  if (password.length < MIN_VALUE_LENGTH)
    return { ...common, basic: { password }, secrets: [{ name: 'key', value: user }] }
  const secrets = [
    { name: 'user', value: user },
    { name: 'password', value: password },
  ]
  return { ...common, basic: {}, secrets }
}

function basicPair(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (it) => it.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function inUrl(url: string): Found[] {
  const end = url.includes('#') ? url.indexOf('#') : url.length
  const query = url.slice(0, end).indexOf('?')
  const found: Found[] = []
  if (query === -1) return found
  let start = query + 1
  for (const parameter of url.slice(start, end).split('&')) {
    const [[name = '', value = ''] = []] = [...new URLSearchParams(parameter)]
    const from = start + parameter.indexOf('=') + 1
    start += parameter.length
    if (parameter.includes('=') && isCredentialParameter(name) && !value.includes('\ufffd')) {
      const label = `query parameter ${name}`
      found.push({ label, place: { field: 'url' }, start: from, end: start, secrets: [{ name, value }] })
    }
    start++
  }
  return found
}

/** The body is tried as JSON whatever its type, because examples often omit the Content-Type. */
function inBody({ bodyKind, body }: CurlFields): Found[] {
  if (body === undefined || !isJson(body)) return []
  const quotes = bodyKind === 'json' ? 0 : 1
  return stringMembers(body)
    .filter(({ path }) => isCredentialName(path.at(-1) ?? ''))
    .map(({ path, value, start, end }) => ({
      label: `body member ${path.join('.')}`,
      place: { field: 'body' },
      start: start - quotes,
      end: end + quotes,
      secrets: [{ name: path.at(-1) ?? '', value }],
      ...(quotes === 1 && { isJson: true }),
    }))
}
