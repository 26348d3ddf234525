import { Group, Menu } from '@mantine/core'
import { IconCopy, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { type LaterMenuProps, useOpenedAtOnce } from '../dialogs/later-menu.tsx'
import { RemoveRowDialog } from '../lists/remove-row-dialog.tsx'
import type { ListedAutomation } from './listed-automation.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { useAutomationActions } from './use-automation-actions.ts'

/** What can be done with an automation of the list. */
export function AutomationMenu({
  automation,
  onChanged,
  button,
}: LaterMenuProps & {
  automation: ListedAutomation
  onChanged: () => void
}) {
  const { name, pausedAt, version } = automation
  // A draft that was never published has nothing to run.
  const canRun = version > 0 && pausedAt === null
  const actions = useAutomationActions(automation, onChanged)
  const [dialog, setDialog] = useState<'rename' | 'delete' | undefined>(undefined)
  const close = () => setDialog(undefined)
  return (
    <Group gap={0} wrap="nowrap">
      <Menu {...useOpenedAtOnce()} position="bottom-end" width={180}>
        <Menu.Target>{button}</Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            disabled={!canRun}
            onClick={() => void actions.run()}
          >
            Run now
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlayerPause size={16} aria-hidden />}
            // An item that is disabled takes no focus, and without it no key reaches the menu.
            data-autofocus={!canRun || undefined}
            onClick={() => void actions.pauseOrResume()}
          >
            {pausedAt === null ? 'Pause' : 'Resume'}
          </Menu.Item>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog('rename')}>
            Rename
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void actions.duplicate()}
          >
            Duplicate
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={16} aria-hidden />}
            c="var(--mantine-color-error)"
            onClick={() => setDialog('delete')}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' && <RenameDialog name={name} rename={actions.rename} onClose={close} />}
      {dialog === 'delete' && (
        <RemoveRowDialog
          title={`Delete ${name}?`}
          confirm="Delete"
          button={`More for ${name}`}
          done={`${name} was deleted.`}
          onClose={close}
          work={actions.remove}
        >
          Its webhook and its schedule stop at once. Its past runs can still be read. This cannot be undone.
        </RemoveRowDialog>
      )}
    </Group>
  )
}
