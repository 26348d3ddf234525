import '../style.css'
import { useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAnnounce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { useSettled } from '../parts/use-settled.ts'
import { PageHeading } from '../routing/page-heading.tsx'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'
import { AddSecretDialog } from './add-secret-dialog.tsx'
import { DeleteSecretDialog } from './delete-secret-dialog.tsx'
import { ReadOnlyNotice } from './read-only-notice.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { SecretList } from './secret-list.tsx'

type OpenDialog = { kind: 'add' } | { kind: 'secret'; name: string } | { kind: 'delete'; name: string }

export function SecretsPage() {
  const workspace = useWorkspace()
  const isAdmin = workspace.viewerRole === 'ADMIN'
  const [search, setSearch] = useState('')
  const settledSearch = useSettled(search).trim()
  const [dialog, setDialog] = useState<OpenDialog>()
  const actions = useMemo(
    () => ({
      open: (name: string) => setDialog({ kind: 'secret', name }),
      delete: (name: string) => setDialog({ kind: 'delete', name }),
    }),
    [],
  )
  return (
    <>
      <div className="page-head">
        <PageHeading text="Secrets" context={workspace.name} />
        {isAdmin && (
          <Button kind="primary" icon="add" onClick={() => setDialog({ kind: 'add' })}>
            Add secret
          </Button>
        )}
      </div>
      <p className="lead">
        Steps use a secret by its name. Nobody can view a saved value again, not even an admin.
      </p>
      {!isAdmin && <ReadOnlyNotice />}
      <SearchField text={search} onChange={setSearch} />
      <SecretList workspace={workspace.id} search={settledSearch} actions={isAdmin ? actions : undefined} />
      {dialog && <OpenedDialog dialog={dialog} setDialog={setDialog} />}
    </>
  )
}

function SearchField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  return (
    <search className="search">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label="Search secrets by name"
        placeholder="Search by name"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    </search>
  )
}

function OpenedDialog({
  dialog,
  setDialog,
}: {
  dialog: OpenDialog
  setDialog: (dialog: OpenDialog | undefined) => void
}) {
  const announce = useAnnounce()
  const close = () => setDialog(undefined)
  const finish = (done: string) => {
    close()
    announce(done)
  }
  switch (dialog.kind) {
    case 'add':
      return (
        <AddSecretDialog
          onClose={close}
          onAdded={(name) => finish(`${name} was added.`)}
          onOpenTaken={(name) => setDialog({ kind: 'secret', name })}
        />
      )
    case 'secret':
      return <SecretDialog name={dialog.name} onClose={close} onDone={finish} />
    case 'delete':
      return (
        <DeleteSecretDialog
          name={dialog.name}
          onClose={close}
          onDeleted={() => {
            // The button that had the focus goes away with its row.
            flushSync(() => finish(`${dialog.name} was deleted.`))
            document.getElementById('content')?.focus()
          }}
        />
      )
    default:
      return dialog satisfies never
  }
}
