import { Button, List, Stack, Text } from '@mantine/core'
import { Dialog } from '../../dialogs/dialog.tsx'
import { DialogActions } from '../../dialogs/dialog-actions.tsx'
import type { EditedAutomationFragment } from '../../gql/graphql.ts'
import { timeAgo } from '../../time/time-ago.tsx'
import { differences } from '../draft/differences.ts'
import { draftOf } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'

/** Shows what another person has saved meanwhile, and asks whose version stays. */
export function ConflictDialog({
  theirs,
  busy,
  onClose,
  onLoadTheirs,
  onKeepMine,
}: {
  theirs: EditedAutomationFragment
  busy: boolean
  onClose: () => void
  onLoadTheirs: () => void
  onKeepMine: () => void
}) {
  const { draft } = useEditor()
  const different = differences(draftOf(theirs), draft)
  return (
    <Dialog onClose={onClose} title="Someone else saved this automation" size="lg">
      <Stack gap="md">
        <Text size="sm">
          It was saved {timeAgo(Date.parse(theirs.updatedAt), Date.now())}, after you had opened it. Nothing
          of yours is lost, and nothing of theirs is overwritten until you choose.
        </Text>
        {different.length === 0 ? (
          <Text size="sm">Their version and yours are the same.</Text>
        ) : (
          <div>
            <Text size="sm" fw={600}>
              What is different
            </Text>
            <List size="sm">
              {different.map((it) => (
                <List.Item key={it}>{it}</List.Item>
              ))}
            </List>
          </div>
        )}
        <DialogActions onCancel={onClose} cancel="Keep editing" cancelFirst>
          <Button variant="default" onClick={onLoadTheirs}>
            Load theirs, drop mine
          </Button>
          <Button color="red.9" onClick={onKeepMine} loading={busy}>
            Save mine over theirs
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  )
}
