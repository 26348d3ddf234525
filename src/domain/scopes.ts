import { AppError } from '../errors.ts'
import type { Role } from '../store/entities/index.ts'

/** What a person or an API token may do in a workspace, one by one. */
export const scopes = [
  'secrets:read',
  'secrets:write',
  'automations:read',
  'automations:write',
  'runs:read',
  'runs:start',
  'members:read',
  'members:write',
  'audit:read',
] as const
export type Scope = (typeof scopes)[number]

const OF_ADMINS: readonly Scope[] = ['secrets:write', 'members:write', 'audit:read']

/** A role is a name for these scopes, and for nothing else. */
const presets: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  ADMIN: new Set(scopes),
  MEMBER: new Set(scopes.filter((it) => !OF_ADMINS.includes(it))),
}

/** The scopes of a role. Of no role: none. */
export const scopesOf = (role: Role | null | undefined): ReadonlySet<Scope> => (role ? presets[role] : NONE)

const NONE: ReadonlySet<Scope> = new Set()

/**
 * The scopes that a token is to have, in the order of the list.
 *
 * @throws AppError INVALID_FIELD for an unknown scope, for none at all, and for one that the role does not include.
 */
export function checkScopes(role: Role, wanted: readonly string[]): Scope[] {
  const at = { field: 'scopes' }
  const unknown = wanted.find((it) => !(scopes as readonly string[]).includes(it))
  if (unknown !== undefined) {
    const message = `${describe(unknown)} is no scope. There are ${scopes.join(', ')}.`
    throw new AppError('INVALID_FIELD', message, { at })
  }
  const beyond = scopes.find((it) => wanted.includes(it) && !presets[role].has(it))
  if (beyond !== undefined) {
    const message = `The role ${role} does not include ${beyond}. Choose another role, or leave the scope out.`
    throw new AppError('INVALID_FIELD', message, { at })
  }
  if (wanted.length === 0) throw new AppError('INVALID_FIELD', 'A token needs a scope at least.', { at })
  return scopes.filter((it) => wanted.includes(it))
}

/** A text that is no scope may be anything, also a secret that was put in the wrong place. */
const describe = (text: string): string =>
  /^[a-z]{1,20}:[a-z]{1,20}$/.test(text) ? text : 'One of the texts'
