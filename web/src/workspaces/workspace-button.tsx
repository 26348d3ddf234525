import { Text, UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { LaterMenu } from '../dialogs/later-menu.tsx'
import { Logo } from '../layout/logo.tsx'

/** The button with the name of the workspace that is open, which leads to the person's others. */
export function WorkspaceButton({ id, name }: { id: string; name: string }) {
  const button = (
    <UnstyledButton className="sidebar-button" aria-label={`Workspace ${name}: switch`}>
      <Logo />
      <Text fw={600} truncate flex={1} title={name}>
        {name}
      </Text>
      <IconSelector size={16} aria-hidden />
    </UnstyledButton>
  )
  return (
    <LaterMenu
      button={button}
      load={async () => (await import('./workspace-menu.tsx')).WorkspaceMenu}
      id={id}
    />
  )
}
