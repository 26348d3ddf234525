import { Checkbox, NativeSelect, Stack } from '@mantine/core'
import { DocsLink } from '../docs/docs-link.tsx'
import type { Role } from '../gql/graphql.ts'
import { scopesOfRole, scopeWords } from '../roles/scopes.ts'

/** Which of a role's scopes a token has. */
export function ScopesField({
  role,
  scopes,
  onChange,
}: {
  role: Role
  scopes: string[]
  onChange: (scopes: string[]) => void
}) {
  const offered = scopesOfRole(role)
  return (
    <Checkbox.Group
      label="It may"
      description={
        <>
          Leave only what it needs. It never may more than you.{' '}
          <DocsLink to="tokenScopes" about="scopes of tokens" />
        </>
      }
      value={scopes}
      onChange={onChange}
    >
      <Stack gap={6} mt={6}>
        {scopeWords
          .filter(({ scope }) => offered.includes(scope))
          .map(({ scope, hint }) => (
            <Checkbox key={scope} size="xs" value={scope} label={`${hint} (${scope})`} />
          ))}
      </Stack>
    </Checkbox.Group>
  )
}

const DAY_MS = 24 * 60 * 60 * 1000

/** When a token ends. */
const lifetimes = [
  { label: 'In 30 days', value: '30' },
  { label: 'In 90 days', value: '90' },
  { label: 'In a year', value: '365' },
  { label: 'Never', value: 'never' },
] as const

export type Lifetime = (typeof lifetimes)[number]['value']

/** The time as the API takes it; null: never. */
export const endOf = (lifetime: Lifetime): string | null =>
  lifetime === 'never' ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString()

export function LifetimeField({
  lifetime,
  onChange,
}: {
  lifetime: Lifetime
  onChange: (lifetime: Lifetime) => void
}) {
  return (
    <NativeSelect
      label="Expires"
      data={lifetimes.map(({ value, label }) => ({ value, label }))}
      value={lifetime}
      onChange={(event) => {
        const chosen = lifetimes.find(({ value }) => value === event.currentTarget.value)
        if (chosen) onChange(chosen.value)
      }}
    />
  )
}
