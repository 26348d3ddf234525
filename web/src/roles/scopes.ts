import type { Role } from '../gql/graphql.ts'

interface ScopeWords {
  scope: string
  hint: string
  /** Whether only the role of an admin has it. */
  adminsOnly?: true
}

/** What a token can be allowed, one by one. */
export const scopeWords: readonly ScopeWords[] = [
  { scope: 'secrets:read', hint: 'List the names of secrets' },
  { scope: 'secrets:write', hint: 'Add, replace, bind and delete secrets', adminsOnly: true },
  { scope: 'automations:read', hint: 'Read automations' },
  { scope: 'automations:write', hint: 'Change automations, which can use every secret' },
  { scope: 'runs:read', hint: 'Read runs and their redacted outputs' },
  { scope: 'runs:start', hint: 'Start and cancel runs, read the URLs of hooks' },
  { scope: 'members:read', hint: 'List members' },
  { scope: 'members:write', hint: 'Manage members and API tokens', adminsOnly: true },
  { scope: 'audit:read', hint: 'Read the audit log', adminsOnly: true },
]

export const scopesOfRole = (role: Role): string[] =>
  scopeWords.filter((it) => role === 'ADMIN' || !it.adminsOnly).map(({ scope }) => scope)
