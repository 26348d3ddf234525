import { Button, CloseButton, Group, Stack, Text } from '@mantine/core'
import {
  IconBolt,
  IconHistory,
  IconKey,
  IconPlayerPlay,
  IconRobot,
  IconSearch,
  IconShieldLock,
  IconUsers,
} from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { MenuLink } from '../routing/link.tsx'
import { AccountButton } from '../session/account-button.tsx'
import { useViewer } from '../session/session.tsx'
import { WorkspaceButton } from './workspace-button.tsx'

const pages = [
  { to: '/w/$workspace/automations', label: 'Automations', Icon: IconBolt },
  { to: '/w/$workspace/runs', label: 'Runs', Icon: IconPlayerPlay },
] as const

const settings = [
  { to: '/w/$workspace/settings/secrets', label: 'Secrets', Icon: IconKey, adminOnly: false },
  { to: '/w/$workspace/settings/members', label: 'Members', Icon: IconUsers, adminOnly: false },
  { to: '/w/$workspace/settings/tokens', label: 'API tokens', Icon: IconRobot, adminOnly: true },
  { to: '/w/$workspace/settings/keys', label: 'Keys', Icon: IconShieldLock, adminOnly: true },
  { to: '/w/$workspace/settings/audit', label: 'Audit log', Icon: IconHistory, adminOnly: true },
] as const

interface SidebarProps {
  workspace: string
  /** Whether the sidebar is open on a small screen, where it lies over the page. */
  opened: boolean
  onClose: () => void
  /** Opens the palette, for people without a keyboard. */
  onGoTo: () => void
}

export function Sidebar({ workspace, opened, onClose, onGoTo }: SidebarProps) {
  const closeButton = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (opened) closeButton.current?.focus()
  }, [opened])
  const open = useViewer().workspaces.find(({ id }) => id === workspace)
  return (
    <Stack gap="md" h="100%">
      <Group wrap="nowrap" gap="xs">
        <WorkspaceButton id={workspace} name={open?.name ?? workspace} />
        <CloseButton ref={closeButton} hiddenFrom="sm" aria-label="Close the menu" onClick={onClose} />
      </Group>
      <Button
        variant="default"
        size="xs"
        justify="space-between"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          <Text span size="xs" c="dimmed" aria-hidden visibleFrom="sm">
            Ctrl K
          </Text>
        }
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onGoTo}
      >
        Go to…
      </Button>
      {open && <Pages workspace={workspace} isAdmin={open.viewerRole === 'ADMIN'} />}
      <Group mt="auto">
        <AccountButton />
      </Group>
    </Stack>
  )
}

function Pages({ workspace, isAdmin }: { workspace: string; isAdmin: boolean }) {
  return (
    <>
      <nav aria-label="Workspace">
        {pages.map((page) => (
          <PageLink key={page.to} {...page} workspace={workspace} />
        ))}
      </nav>
      <nav aria-label="Workspace settings">
        <Text size="xs" c="dimmed" fw={600} px="xs" mb={4}>
          Settings
        </Text>
        {settings
          .filter(({ adminOnly }) => isAdmin || !adminOnly)
          .map((page) => (
            <PageLink key={page.to} {...page} workspace={workspace} />
          ))}
      </nav>
    </>
  )
}

type AnyPage = (typeof pages)[number] | (typeof settings)[number]

function PageLink({ to, label, Icon, workspace }: AnyPage & { workspace: string }) {
  return (
    <MenuLink
      to={to}
      params={{ workspace }}
      label={label}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      className="menu-link"
      activeProps={{ 'data-active': true, 'aria-current': 'page' } as object}
    />
  )
}
