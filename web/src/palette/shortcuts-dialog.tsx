import { Kbd, Table } from '@mantine/core'
import { Dialog } from '../dialogs/dialog.tsx'

const SHORTCUTS = [
  { keys: ['Ctrl', 'K'], does: 'Go to a page, an automation, a secret or an action (⌘ K on a Mac)' },
  { keys: ['/'], does: 'Search the list of the page' },
  { keys: ['?'], does: 'Show these shortcuts' },
  { keys: ['Ctrl', 'S'], does: 'Save the automation, or its draft' },
  { keys: ['{', '{'], does: 'Choose a secret or a variable in a field of a step' },
  { keys: ['Esc'], does: 'Close a menu or a dialog' },
]

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keyboard shortcuts">
      <Table aria-label="Keyboard shortcuts">
        <Table.Tbody>
          {SHORTCUTS.map(({ keys, does }) => (
            <Table.Tr key={does}>
              <Table.Th scope="row" fw={400}>
                {does}
              </Table.Th>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                {keys.map((key, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same key may be pressed twice
                  <Kbd key={index} ml={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  )
}
