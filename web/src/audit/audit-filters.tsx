import { Group, NativeSelect, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type AuditFilter, filterNames } from './audit-filter.ts'

const kinds = [
  { value: '', label: 'Everything' },
  { value: 'secret', label: 'All about secrets' },
  { value: 'secret.send', label: 'Secrets that were sent' },
  { value: 'secret.refuse', label: 'Secrets that were refused' },
  { value: 'automation', label: 'Automations' },
  { value: 'run', label: 'Runs' },
  { value: 'member', label: 'Members' },
  { value: 'token', label: 'API tokens' },
  { value: 'key', label: 'Keys' },
  { value: 'sign-in', label: 'Sign-ins' },
]

const labels = { actor: 'Who', secret: 'Secret', automation: 'Automation', from: 'From', to: 'Until' }

/** Chooses which events are shown. The choice is part of the address, so that people can keep and share it. */
export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const navigate = useNavigate({ from: '/w/$workspace/settings/audit' })
  const set = (name: keyof AuditFilter, value: string) =>
    void navigate({
      search: (old) =>
        Object.fromEntries(Object.entries({ ...old, [name]: value }).filter(([, it]) => it !== '')),
      replace: true,
    })
  return (
    <Group gap="sm" align="end">
      <NativeSelect
        label="What"
        value={filter.action ?? ''}
        onChange={(event) => set('action', event.currentTarget.value)}
        data={kinds}
      />
      {filterNames
        .filter((name) => name !== 'action')
        .map((name) => (
          <TextInput
            key={name}
            label={labels[name]}
            type={name === 'from' || name === 'to' ? 'date' : 'text'}
            defaultValue={filter[name] ?? ''}
            onBlur={(event) => set(name, event.currentTarget.value.trim())}
            onKeyDown={(event) => {
              if (event.key === 'Enter') set(name, event.currentTarget.value.trim())
            }}
            maw={180}
          />
        ))}
    </Group>
  )
}
