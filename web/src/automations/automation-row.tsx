import { ActionIcon, Badge, Text } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { memo } from 'react'
import { LaterMenu } from '../dialogs/later-menu.tsx'
import { Link } from '../routing/link.tsx'
import { StatusBadge } from '../runs/status.tsx'
import { TimeAgo } from '../time/time-ago.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { ListedAutomation } from './listed-automation.ts'
import { RunChart } from './run-chart.tsx'

/** @param onChanged is called when there is one more or one less. */
export const AutomationRow = memo(function AutomationRow({
  automation,
  onChanged,
}: {
  automation: ListedAutomation
  onChanged: () => void
}) {
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
        {automation.pausedAt !== null && (
          <Badge variant="default" ml={8} className="status-badge">
            Paused
          </Badge>
        )}
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
      <LaterMenu
        button={
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${automation.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        }
        load={async () => (await import('./automation-menu.tsx')).AutomationMenu}
        automation={automation}
        onChanged={onChanged}
      />
    </li>
  )
})
