import { Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type LaterMenuProps, useOpenedAtOnce } from '../dialogs/later-menu.tsx'
import { useViewer } from '../session/session.tsx'

/** The workspace that is open, and the way to the person's others. */
export function WorkspaceMenu({ id, button }: LaterMenuProps & { id: string }) {
  const { workspaces } = useViewer()
  const navigate = useNavigate()
  const open = (workspace: string) => void navigate({ to: '/w/$workspace', params: { workspace } })
  return (
    <Menu {...useOpenedAtOnce()} position="bottom-start" width={220}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown className="workspace-menu">
        <Menu.Label>Workspaces</Menu.Label>
        <Menu.RadioGroup value={id} onChange={open}>
          {workspaces.map((workspace) => (
            <Menu.RadioItem key={workspace.id} value={workspace.id} closeMenuOnClick>
              {workspace.name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          onClick={() => void navigate({ to: '/w/$workspace/settings/workspace', params: { workspace: id } })}
        >
          Rename or leave
        </Menu.Item>
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
