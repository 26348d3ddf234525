import { Group, NativeSelect } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { RunStatus } from '../gql/graphql.ts'
import { AutomationFilter } from './automation-filter.tsx'
import { statusLabel } from './status.tsx'

const statuses: readonly RunStatus[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']

/** The statuses that a word in an address means; none for another word. */
export function statusesOf(word: string | undefined): RunStatus[] {
  return statuses.filter((status) => status === word?.toUpperCase())
}

/** Chooses which runs are shown. The choice is part of the address, so that people can keep and share it. */
export function RunFilters({
  automation,
  status,
}: {
  automation: string | undefined
  status: string | undefined
}) {
  const navigate = useNavigate({ from: '/w/$workspace/runs' })
  const set = (change: { automation?: string; status?: string }) =>
    void navigate({
      search: (old) =>
        Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, it]) => it !== '')),
      replace: true,
    })
  return (
    <Group gap="sm">
      <AutomationFilter automation={automation} onChange={(id) => set({ automation: id ?? '' })} />
      <NativeSelect
        aria-label="Status"
        value={statusesOf(status)[0]?.toLowerCase() ?? ''}
        onChange={(event) => set({ status: event.currentTarget.value })}
        data={[
          { value: '', label: 'Any result' },
          ...statuses.map((it) => ({ value: it.toLowerCase(), label: statusLabel(it) })),
        ]}
      />
    </Group>
  )
}
