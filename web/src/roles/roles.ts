import type { Role } from '../gql/graphql.ts'

/** What a role is called, and what it may do. */
export const roles: readonly { value: Role; label: string; hint: string }[] = [
  { value: 'MEMBER', label: 'Member', hint: 'Uses secrets in automations.' },
  { value: 'ADMIN', label: 'Admin', hint: 'Also manages secrets, members and API tokens.' },
]

export function roleName(role: Role): string {
  return roles.find(({ value }) => value === role)?.label ?? role
}
