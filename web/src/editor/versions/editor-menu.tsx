import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconFileOff, IconFilePencil, IconHistory } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../../api/problem.ts'
import { QuestionDialog } from '../../dialogs/question-dialog.tsx'
import { notify, notifyProblem } from '../../feedback/notify.ts'
import { DiscardAutomationDraftDocument } from '../../gql/graphql.ts'
import type { EditorState } from '../state/use-editor-state.ts'

const VersionsDialog = lazy(async () => ({
  default: (await import('./versions-dialog.tsx')).VersionsDialog,
}))

/** What is done seldom with an automation as a whole. */
export function EditorMenu({ state, onSaveDraft }: { state: EditorState; onSaveDraft: () => void }) {
  const { saved, dirty } = state
  const [open, setOpen] = useState<'versions' | 'discard'>()
  const discard = useDiscard(state)
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="default" size="input-sm" aria-label="More for this automation">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFilePencil size={16} aria-hidden />} onClick={onSaveDraft}>
            Save as draft
          </Menu.Item>
          <Menu.Item
            leftSection={<IconHistory size={16} aria-hidden />}
            disabled={!saved || saved.version === 0}
            onClick={() => setOpen('versions')}
          >
            Versions
          </Menu.Item>
          {saved?.draft && saved.version > 0 && (
            <Menu.Item
              leftSection={<IconFileOff size={16} aria-hidden />}
              c="var(--mantine-color-error)"
              onClick={() => setOpen('discard')}
            >
              Discard the draft
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'versions' && (
        <Suspense>
          <VersionsDialog state={state} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
      <QuestionDialog
        opened={open === 'discard'}
        title="Discard the draft?"
        leave="Discard"
        onStay={() => setOpen(undefined)}
        onLeave={() => {
          setOpen(undefined)
          void discard()
        }}
      >
        {`Version ${saved?.version} runs on.${dirty ? ' Your unsaved changes go too.' : ''} This cannot be undone.`}
      </QuestionDialog>
    </>
  )
}

function useDiscard(state: EditorState) {
  const client = useClient()
  return async () => {
    const { id = '', draft } = state.saved ?? {}
    const variables = { id, revision: draft?.revision ?? 0 }
    const answer = await client.mutation(DiscardAutomationDraftDocument, variables).toPromise()
    const result = answer.data?.discardAutomationDraft
    if (result?.__typename !== 'DiscardAutomationDraftSuccess') {
      const problem = problemIn(answer)
      return problem && notifyProblem(problem)
    }
    state.load(result.automation)
    notify('The draft was discarded.')
  }
}
