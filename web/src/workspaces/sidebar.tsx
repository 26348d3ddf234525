import { ActionIcon, CloseButton, Group, Menu, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconBolt,
  IconHistory,
  IconKey,
  IconLogout,
  IconPlayerPlay,
  IconPlus,
  IconRobot,
  IconSelector,
  IconShieldLock,
  IconUsers,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../api/accounts.ts'
import { Mark } from '../parts/mark.tsx'
import { notifyProblem } from '../parts/notify.ts'
import { MenuLink } from '../routing/link.tsx'
import { useSession, useViewer } from '../session/session.tsx'

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

/** @param onClose hides it on a small screen, where it lies over the page. */
export function Sidebar({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const open = useViewer().workspaces.find(({ id }) => id === workspace)
  const isAdmin = open?.viewerRole === 'ADMIN'
  return (
    <Stack gap="md" h="100%">
      <Group wrap="nowrap" gap="xs">
        <WorkspaceMenu name={open?.name ?? workspace} />
        <CloseButton hiddenFrom="sm" aria-label="Close the menu" onClick={onClose} />
      </Group>
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
      <Account />
    </Stack>
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

function WorkspaceMenu({ name }: { name: string }) {
  const { workspaces } = useViewer()
  const navigate = useNavigate()
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <UnstyledButton className="workspace-button" aria-label={`Workspace ${name}: switch`}>
          <Mark />
          <Text fw={600} truncate>
            {name}
          </Text>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Workspaces</Menu.Label>
        {workspaces.map(({ id, name: label }) => (
          <Menu.Item
            key={id}
            onClick={() => void navigate({ to: '/w/$workspace', params: { workspace: id } })}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/new-workspace' })}
        >
          New workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Account() {
  const viewer = useViewer()
  const { restart } = useSession()
  const navigate = useNavigate()
  const leave = async () => {
    const problem = await signOut()
    if (problem) return notifyProblem(problem)
    await navigate({ to: '/sign-in' })
    restart()
  }
  return (
    <Group wrap="nowrap" gap="xs" px="xs" mt="auto" justify="space-between">
      <Text size="sm" c="dimmed" truncate title={viewer.email ?? undefined}>
        {viewer.name}
      </Text>
      <Tooltip label="Sign out">
        <ActionIcon variant="subtle" color="gray" aria-label="Sign out" onClick={() => void leave()}>
          <IconLogout size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}
