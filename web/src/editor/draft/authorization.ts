import type { StepField } from './step-types.ts'

/** The ways in which services ask for a credential. */
export type AuthorizationWay = 'bearer' | 'basic' | 'header' | 'query' | 'certificate'

export interface Authorization {
  way: AuthorizationWay
  /** The secret: a token, a password, a key, or a certificate with its key. */
  secret: string
  /** Of `basic`: the secret with the user name. */
  user: string
  /** Of `header` and `query`: what the header or the parameter is called. */
  name: string
}

type Values = Readonly<Record<string, unknown>>

const FIELD_OF: Readonly<Record<AuthorizationWay, string>> = {
  bearer: 'headers',
  basic: 'headers',
  header: 'headers',
  query: 'query',
  certificate: 'clientCertificate',
}

/** The ways that a step type has a field for. */
export function waysOf(fields: readonly StepField[]): AuthorizationWay[] {
  const taking = new Map(
    fields.filter(({ acceptsSecrets }) => acceptsSecrets).map(({ name, kind }) => [name, kind]),
  )
  return (Object.keys(FIELD_OF) as AuthorizationWay[]).filter((way) => {
    const kind = taking.get(FIELD_OF[way])
    return way === 'certificate' ? kind !== undefined : kind === 'pairs'
  })
}

/** Where in the step the secret goes. */
export function placeOfAuthorization({ way, name }: Authorization): { field: string; name?: string } {
  const field = FIELD_OF[way]
  if (field === 'headers') return { field, name: way === 'header' ? name : 'Authorization' }
  return way === 'query' ? { field, name } : { field }
}

/** The fields that change, with templates that name the secret. A header or parameter of that name is replaced. */
export function authorized(values: Values, authorization: Authorization): Values {
  const { field, name } = placeOfAuthorization(authorization)
  const text = textOf(authorization)
  return { [field]: name === undefined ? text : withPair(values[field], name, text, field === 'headers') }
}

function textOf({ way, secret, user }: Authorization): string {
  const reference = `{{ secrets.${secret} }}`
  if (way === 'bearer') return `Bearer ${reference}`
  // The filter gives the whole value of the header (RFC 7617).
  return way === 'basic' ? `{{ secrets.${user} | basic: secrets.${secret} }}` : reference
}

function withPair(rows: unknown, name: string, value: string, ignoresCase: boolean): unknown[] {
  const spelled = (it: unknown) => (ignoresCase ? String(it).toLowerCase() : String(it))
  const same = (it: unknown) => spelled(it) === spelled(name)
  const all: readonly { name?: unknown; value?: unknown }[] = Array.isArray(rows) ? rows : []
  const kept = all.filter((row) => !same(row.name ?? '') && (row.name || row.value))
  return [...kept, { name, value }]
}
