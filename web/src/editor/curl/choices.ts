import {
  type Credential,
  type CurlImport,
  referToSecrets,
} from '../../../../plugins/custom-http/curl/index.ts'
import { anywhere, type Policy } from '../../../../src/secret/policy.ts'
import { vendorOf } from '../../../../src/secret/vendors.ts'
import { isSecretName } from '../../../../src/template/secret-name.ts'
import { canBeGuessed, problemWithValue } from '../../secrets/check-value.ts'
import { hostInUrl, placeOf } from '../draft/destination.ts'

/** What becomes of one credential. It holds no value: values stay in what was parsed. */
export interface Choice {
  label: string
  /** Whether references to secrets replace it. */
  replace: boolean
  /** The names of its secrets, in their order. */
  names: readonly string[]
  /** Where the command sends it, as policies name hosts and places. */
  host: string | undefined
  place: string | undefined
  /** What the person has chosen of that. */
  bound: boolean
  onlyInPlace: boolean
  /** Why its value cannot be kept as a secret. */
  problem: string | undefined
  /** Whether its value can be guessed, and whether the person has said that they know. */
  guessable: boolean
  known: boolean
  /** A warning that the value looks like one of another service than the host's. */
  doubt: string | undefined
}

/** The choices at the start: each credential is bound to the host that the command sends it to. */
export function choicesOf({ credentials, fields }: CurlImport): readonly Choice[] {
  const host = hostInUrl(fields.url)
  return credentials.map((credential) => {
    const { label, secrets } = credential
    const values = secrets.flatMap(({ value }) => value ?? [])
    return {
      label,
      replace: true,
      names: secrets.map(({ name }) => name),
      host,
      place: placeOfCredential(credential, fields),
      bound: host !== undefined,
      onlyInPlace: false,
      problem: values.map(problemWithValue).find((it) => it !== undefined),
      guessable: values.some(canBeGuessed),
      known: false,
      doubt: values.map((value) => doubtAbout(value, host)).find((it) => it !== undefined),
    }
  })
}

function placeOfCredential({ place, start }: Credential, fields: CurlImport['fields']): string | undefined {
  if ('row' in place) {
    return placeOf('custom-http', { field: place.field, name: fields[place.field]?.[place.row]?.name ?? '' })
  }
  if (place.field === 'body') return 'body'
  const [name] = new URLSearchParams(/[?&]([^?&]*)$/.exec(fields.url.slice(0, start))?.[1]).keys()
  return name === undefined ? 'url' : placeOf('custom-http', { field: 'query', name })
}

function doubtAbout(value: string, host: string | undefined): string | undefined {
  const vendor = vendorOf(value)
  if (!vendor || vendor.hosts.length === 0 || vendor.hosts.includes(host ?? '')) return undefined
  const own = vendor.hosts.join(' and ')
  return `This looks like a value of ${vendor.name}, whose API is at ${own}, but the command sends it to ${host ?? 'another host'}.`
}

function policyOf({ host, place, bound, onlyInPlace }: Choice): Policy {
  return {
    ...anywhere,
    hosts: bound && host !== undefined ? [host] : [],
    places: onlyInPlace && place !== undefined ? [place] : [],
  }
}

/** The policy of a value that is used in two places allows both. */
function either(one: Policy | undefined, other: Policy): Policy {
  if (!one) return other
  const both = (member: 'hosts' | 'places') =>
    one[member].length > 0 && other[member].length > 0 ? [...new Set([...one[member], ...other[member]])] : []
  return { ...anywhere, hosts: both('hosts'), places: both('places') }
}

/** Whether two credentials with different values would become one secret. */
export function hasClash({ credentials }: CurlImport, choices: readonly Choice[]): boolean {
  const values = new Map<string, string>()
  return credentials.some(({ secrets }, at) =>
    secrets.some(({ value }, index) => {
      const name = choices[at]?.replace ? choices[at].names[index] : undefined
      if (name === undefined || value === undefined) return false
      const other = values.get(name)
      values.set(name, value)
      return other !== undefined && other !== value
    }),
  )
}

/** @param known the names of the secrets that exist. Their values stay as they are. */
export function isUsable(choice: Choice, known: readonly string[]): boolean {
  const { replace, names, problem, guessable } = choice
  if (!replace) return true
  if (!names.every(isSecretName)) return false
  return (
    (problem === undefined && (!guessable || choice.known)) || names.every((name) => known.includes(name))
  )
}

export interface NewSecret {
  name: string
  value: string
  policy: Policy
}

/** The secrets that have to be added, each once. @param known the names of those that exist. */
export function newSecrets(
  { credentials }: CurlImport,
  choices: readonly Choice[],
  known: readonly string[],
): NewSecret[] {
  const wanted = new Map<string, NewSecret>()
  for (const [at, { secrets }] of credentials.entries()) {
    const choice = choices[at]
    if (!choice?.replace) continue
    for (const [index, { value }] of secrets.entries()) {
      const name = choice.names[index]
      // A variable of the shell has no value here. A person who knows the value adds the secret.
      if (name === undefined || value === undefined || known.includes(name)) continue
      wanted.set(name, { name, value, policy: either(wanted.get(name)?.policy, policyOf(choice)) })
    }
  }
  return [...wanted.values()]
}

const emptied = { query: undefined, headers: undefined, body: undefined, form: undefined }

/**
 * The fields of the step, with references in place of the credentials. A field that the command does not name is
 * emptied.
 */
export function fieldsFor(
  { fields, credentials }: CurlImport,
  choices: readonly Choice[],
): Record<string, unknown> {
  const replaced = credentials.flatMap((credential, at) => {
    const choice = choices[at]
    if (!choice?.replace) return []
    const secrets = credential.secrets.map((secret, index) => ({
      ...secret,
      name: choice.names[index] ?? secret.name,
    }))
    return [{ ...credential, secrets }]
  })
  return { ...emptied, ...referToSecrets(fields, replaced) }
}
