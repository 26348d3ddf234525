import { Button, Group, Text, TextInput } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../../api/problem.ts'
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx'
import { CopyIcon } from '../../forms/copy-icon.tsx'
import { HookUrlDocument, RotateHookDocument } from '../../gql/graphql.ts'
import { useEditor } from '../state/editor-context.ts'

const HookCommandDialog = lazy(async () => ({
  default: (await import('./hook-command-dialog.tsx')).HookCommandDialog,
}))

/** The URL of the hook. @param automation undefined as long as the automation is not saved. */
export function HookUrl({ automation }: { automation: string | undefined }) {
  if (automation === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Once the automation is saved, it has a web address of its own here: each request to it starts a run.
      </Text>
    )
  }
  return <SavedHookUrl automation={automation} />
}

function SavedHookUrl({ automation }: { automation: string }) {
  const [{ data }] = useQuery({ query: HookUrlDocument, variables: { id: automation } })
  const [open, setOpen] = useState<'rotate' | 'command'>()
  const { draft } = useEditor()
  const close = () => setOpen(undefined)
  const url = data?.automation?.hookUrl ?? ''
  return (
    <div>
      <TextInput
        label="Hook URL"
        description="Each request to it starts a run. Whoever knows it can do so, unless requests have to be signed."
        inputWrapperOrder={['label', 'input', 'description']}
        readOnly
        ff="monospace"
        value={url}
        onFocus={(event) => event.currentTarget.select()}
        rightSection={<CopyIcon label="Copy the hook URL" text={url} />}
      />
      <Group mt="xs">
        <Button variant="default" size="xs" disabled={url === ''} onClick={() => setOpen('command')}>
          Copy as cURL
        </Button>
        <Button variant="default" size="xs" onClick={() => setOpen('rotate')}>
          Replace the URL
        </Button>
      </Group>
      {open === 'rotate' && <RotateDialog automation={automation} onClose={close} />}
      {open === 'command' && (
        <Suspense>
          <HookCommandDialog url={url} signature={draft.hookSignature} onClose={close} />
        </Suspense>
      )}
    </div>
  )
}

function RotateDialog({ automation, onClose }: { automation: string; onClose: () => void }) {
  const client = useClient()
  const rotate = async () => {
    const found = problemIn(await client.mutation(RotateHookDocument, { id: automation }).toPromise())
    if (!found) onClose()
    return found
  }
  return (
    <ConfirmDialog title="Replace the hook URL?" confirm="Replace" onClose={onClose} work={rotate}>
      The URL from before starts nothing any more, after a few seconds. Whatever calls it has to be told the
      new one.
    </ConfirmDialog>
  )
}
