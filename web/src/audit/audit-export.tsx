import { Button, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { type OperationResult, useClient } from 'urql'
import { problemOf } from '../api/problem.ts'
import { notifyProblem } from '../feedback/notify.ts'
import { AuditLogDocument, type AuditLogQuery } from '../gql/graphql.ts'
import { nextOf } from '../lists/paged-list.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { type AuditFilter, filterVariables } from './audit-filter.ts'
import type { AuditEvent } from './describe-event.ts'
import { csvOf, jsonLinesOf } from './export-format.ts'

// The most that the API gives at once.
const PAGE_LENGTH = 500

/** Saves the events that the filter shows, all of them and not only those that are loaded. */
export function AuditExport({ filter }: { filter: AuditFilter }) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const [count, setCount] = useState<number | undefined>(undefined)
  const read = async (): Promise<AuditEvent[] | undefined> => {
    const events: AuditEvent[] = []
    let after: string | null = null
    for (;;) {
      const page = { workspace, first: PAGE_LENGTH, after, ...filterVariables(filter) }
      const { data, error }: OperationResult<AuditLogQuery> = await client
        .query(AuditLogDocument, page, { requestPolicy: 'network-only' })
        .toPromise()
      if (!data) {
        if (error) notifyProblem(problemOf(error))
        return undefined
      }
      events.push(...data.auditLogConnection.edges.map(({ node }) => node))
      setCount(events.length)
      after = nextOf(data.auditLogConnection)
      if (after === null) return events
    }
  }
  const save = async (kind: 'csv' | 'jsonl') => {
    setCount(0)
    const events = await read()
    setCount(undefined)
    if (!events) return
    const text = kind === 'csv' ? csvOf(events) : jsonLinesOf(events)
    download(`audit-${workspace}.${kind}`, text, kind === 'csv' ? 'text/csv' : 'application/jsonl')
  }
  const busy = count !== undefined
  return (
    <Group gap="xs">
      {(['csv', 'jsonl'] as const).map((kind) => (
        <Button
          key={kind}
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={busy}
          onClick={() => void save(kind)}
        >
          {kind === 'csv' ? 'Export as CSV' : 'Export as JSON Lines'}
        </Button>
      ))}
      <Text size="sm" c="dimmed" role="status">
        {busy ? `${count} events are read.` : ''}
      </Text>
    </Group>
  )
}

function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
