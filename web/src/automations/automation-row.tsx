import { ActionIcon, Badge, Group, Menu, Text } from '@mantine/core'
import { IconDots, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { notifyProblem } from '../feedback/notify.ts'
import { DeleteAutomationDocument, RunAutomationDocument } from '../gql/graphql.ts'
import { RemoveRowDialog } from '../lists/remove-row-dialog.tsx'
import { Link } from '../routing/link.tsx'
import { StatusBadge } from '../runs/status.tsx'
import { TimeAgo } from '../time/time-ago.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { ListedAutomation } from './listed-automation.ts'
import { RunChart } from './run-chart.tsx'

export function AutomationRow({ automation }: { automation: ListedAutomation }) {
  const { id: workspace } = useWorkspace()
  const [last] = automation.runs
  return (
    <li className="row automation-row">
      <div className="run-what">
        <Link
          to="/w/$workspace/automations/$automation"
          params={{ workspace, automation: automation.id }}
          fw={500}
          c="inherit"
          size="sm"
        >
          {automation.name}
        </Link>
        {automation.draft && (
          <Badge size="sm" variant="light" color="gray" ml="xs">
            {automation.version === 0 ? 'Draft' : 'Has a draft'}
          </Badge>
        )}
        <Text size="sm" c="dimmed">
          {last ? (
            <>
              Last run <TimeAgo at={last.createdAt} />
            </>
          ) : (
            'Never run'
          )}
        </Text>
      </div>
      <RunChart runs={automation.runs} />
      {last ? (
        <Link to="/w/$workspace/runs/$run" params={{ workspace, run: last.id }} underline="never">
          <StatusBadge status={last.status} />
        </Link>
      ) : (
        <span />
      )}
      <RowMenu automation={automation} />
    </li>
  )
}

function RowMenu({ automation: { id, name } }: { automation: ListedAutomation }) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const run = async () => {
    const answer = await client.mutation(RunAutomationDocument, { input: { automation: id } }).toPromise()
    const problem = problemIn(answer)
    if (problem) return notifyProblem(problem)
    const result = answer.data?.runAutomation
    if (result?.__typename !== 'RunAutomationSuccess') return
    await navigate({ to: '/w/$workspace/runs/$run', params: { workspace, run: result.run.id } })
  }
  const remove = async () => problemIn(await client.mutation(DeleteAutomationDocument, { id }).toPromise())
  return (
    <Group gap={0} wrap="nowrap">
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void run()}>
            Run now
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={16} aria-hidden />}
            color="red"
            onClick={() => setDeleting(true)}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {deleting && (
        <RemoveRowDialog
          title={`Delete ${name}?`}
          confirm="Delete"
          button={`More for ${name}`}
          done={`${name} was deleted.`}
          onClose={() => setDeleting(false)}
          work={remove}
        >
          Its webhook and its schedule stop at once. Its past runs can still be read. This cannot be undone.
        </RemoveRowDialog>
      )}
    </Group>
  )
}
