import './secrets.css'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { notify } from '../feedback/notify.ts'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { SearchField } from '../forms/search-field.tsx'
import { useSettled } from '../forms/use-settled.ts'
import { KeyReminder } from '../keys/key-warnings.tsx'
import { besideRow } from '../lists/beside-row.ts'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { NoSecrets } from './no-secrets.tsx'
import { ReadOnlyNotice } from './read-only-notice.tsx'
import type { OpenDialog } from './secret-dialogs.tsx'
import { useSecretPages } from './use-secret-pages.ts'

// Loaded when there is something to list: a new workspace has no rows.
const SecretList = lazy(async () => ({ default: (await import('./secret-list.tsx')).SecretList }))
const AdminSecretList = lazy(async () => ({ default: (await import('./admin-list.tsx')).AdminSecretList }))
// Loaded later: members never open a dialog, and admins not before the list is there.
const SecretDialogs = lazy(async () => ({ default: (await import('./secret-dialogs.tsx')).SecretDialogs }))

const route = getRouteApi('/signed-in/w/$workspace/settings/secrets')

export function SecretsPage() {
  const workspace = useWorkspace()
  const isAdmin = workspace.viewerRole === 'ADMIN'
  // A mark of a secret in a run leads here, with the name of the secret after the #.
  const { hash, state } = useLocation()
  const { add: wanted, secret: opened, ...arrangement } = route.useSearch()
  const [search, setSearch] = useState(hash)
  const pages = useSecretPages(workspace.id, useSettled(search).trim(), {
    isAdmin,
    all: isAdmin && Object.keys(arrangement).length > 0,
  })
  const [dialog, setDialog] = useState<OpenDialog | undefined>(
    // A run that failed leads to the form that mends it.
    isAdmin ? askedDialog(wanted, opened, state) : undefined,
  )
  const addButton = useRef<HTMLButtonElement>(null)
  const add = () => setDialog({ kind: 'add' })
  const actions = useMemo(
    () => ({
      open: (name: string) => setDialog({ kind: 'secret', name }),
      delete: (name: string) => setDialog({ kind: 'delete', name }),
    }),
    [],
  )
  const finish = (done: string) => {
    flushSync(() => setDialog(undefined))
    notify(done)
    pages.reload()
  }
  const { loaded } = pages
  const empty = loaded?.complete && loaded.secrets.length === 0
  return (
    <Page
      title="Secrets"
      lead="Steps use a secret by its name. Nobody can view a saved value again, not even an admin."
      actions={
        isAdmin && (
          <>
            <Button variant="default" onClick={() => setDialog({ kind: 'import' })}>
              Import .env
            </Button>
            <Button ref={addButton} leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
              Add secret
            </Button>
          </>
        )
      }
    >
      {isAdmin ? <KeyReminder /> : <ReadOnlyNotice />}
      {(!empty || search !== '') && (
        <search>
          <SearchField label="Search secrets by name" text={search} onChange={setSearch} />
        </search>
      )}
      {!loaded && !pages.problem && <RowsSkeleton />}
      {empty ? (
        <NoSecrets search={loaded.search} onAdd={isAdmin ? add : undefined} />
      ) : (
        (loaded ?? pages.problem) && (
          <Suspense fallback={<RowsSkeleton />}>
            {isAdmin ? (
              <AdminSecretList pages={pages} actions={actions} arrangement={arrangement} />
            ) : (
              <SecretList pages={pages} actions={undefined} />
            )}
          </Suspense>
        )
      )}
      {dialog && (
        <Suspense>
          <SecretDialogs
            dialog={dialog}
            setDialog={setDialog}
            onChanged={pages.reload}
            onDone={finish}
            onAdded={(name) => {
              finish(`${name} was added.`)
              // The focus goes to the button for the next secret, wherever the dialog was opened.
              addButton.current?.focus()
            }}
            onDeleted={(name) => {
              const next = besideRow(`Delete ${name}`)
              finish(`${name} was deleted.`)
              next?.focus()
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}

/** @param add, secret as somebody may have written them into an address. */
function askedDialog(add: unknown, secret: unknown, { allowedHost }: { allowedHost?: string }) {
  if (typeof add === 'string') return { kind: 'add', name: add } as const
  return typeof secret === 'string' ? ({ kind: 'secret', name: secret, allowedHost } as const) : undefined
}
