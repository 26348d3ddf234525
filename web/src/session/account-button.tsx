import { Text, UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { LaterMenu } from '../dialogs/later-menu.tsx'
import { useViewer } from './session.tsx'

/** The button with the name of the signed-in person, which opens their menu. */
export function AccountButton() {
  const viewer = useViewer()
  const button = (
    <UnstyledButton className="sidebar-button" aria-label={`Account of ${viewer.name}`}>
      <Text size="sm" truncate flex={1} title={viewer.name}>
        {viewer.name}
      </Text>
      <IconSelector size={16} aria-hidden />
    </UnstyledButton>
  )
  return <LaterMenu button={button} load={async () => (await import('./account-menu.tsx')).AccountMenu} />
}
