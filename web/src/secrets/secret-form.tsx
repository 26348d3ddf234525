import { Button, Group, Text } from '@mantine/core'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { DialogActions } from '../dialogs/dialog-actions.tsx'
import { Notice } from '../feedback/notice.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import type { SecretPolicyQuery } from '../gql/graphql.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import { NotesFields, useNotes } from './notes-fields.tsx'
import { PolicyFields, usePolicyDraft } from './policy-fields.tsx'
import { useSecretChange } from './use-secret-change.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

export type LoadedPolicy = NonNullable<SecretPolicyQuery['secretPolicy']>

/** Gives a secret another value, another policy, or other notes: one button saves what was changed. */
export function SecretForm({
  name,
  policy: current,
  carried,
  allowedHost,
  onClose,
  onDone,
}: {
  name: string
  policy: LoadedPolicy
  carried?: RefObject<string> | undefined
  allowedHost?: string | undefined
  onClose: () => void
  onDone: (done: string) => void
}) {
  const draft = usePolicyDraft(current, allowedHost)
  const notes = useNotes(current)
  const valueInput = useRef<ValueInput | null>(null)
  const { busy, problem, send } = useSubmission()
  const [asks, setAsks] = useState<'for-widening' | 'for-a-change' | undefined>(undefined)
  const change = useSecretChange(name, current)
  // The dialog has looked for its first field before the policy was there.
  useEffect(() => valueInput.current?.focus(), [])
  const askForValue = (why: typeof asks) => {
    // The field may be out of sight. The focus scrolls to it.
    flushSync(() => setAsks(why))
    valueInput.current?.focus()
  }
  const submit = () => {
    if (busy) return
    const isTyped = valueInput.current?.peek() !== ''
    const value = isTyped ? valueInput.current?.read() : undefined
    if (isTyped && value === undefined) return
    const policy = draft.read()
    if (!policy) return
    const changed = change.isOther(policy)
    if (!changed && value === undefined && !notes.changed) return askForValue('for-a-change')
    send(async () => {
      // First, for they are never refused because of the others, and what is saved is not sent twice.
      const refused = notes.changed && (await change.describe(notes))
      if (refused) return refused
      notes.markSaved()
      const found = await change.save(changed ? policy : undefined, value)
      if (found?.code === 'POLICY_WIDENS' && value === undefined) askForValue('for-widening')
      else if (found) return found
      else {
        valueInput.current?.clear()
        onDone(whatWasDone(name, { replaced: value !== undefined, changed }))
      }
      return undefined
    })
  }
  return (
    <Form
      problem={problem}
      onSubmit={submit}
      noValidate
      actions={
        <Group justify="space-between">
          <LastUse policy={current} />
          <DialogActions onCancel={onClose}>
            <Button type="submit" loading={busy}>
              Save
            </Button>
          </DialogActions>
        </Group>
      }
    >
      {allowedHost !== undefined && <HostAdded name={name} host={allowedHost} />}
      {asks && <ValueNeeded name={name} asks={asks} />}
      <ValueField
        label={asks === 'for-widening' ? 'Value, again or a new one' : 'New value'}
        hint="Leave it empty to keep the value."
        ref={valueInput}
        carried={carried}
        first
      />
      <ValueWarning />
      <PolicyFields draft={draft} />
      <NotesFields notes={notes} />
    </Form>
  )
}

function whatWasDone(name: string, { replaced, changed }: { replaced: boolean; changed: boolean }): string {
  if (replaced && changed) return `The value of ${name} was replaced, and where it may go was saved.`
  if (replaced) return `The value of ${name} was replaced.`
  return changed ? `Where ${name} may go was saved.` : `What ${name} is for was saved.`
}

function HostAdded({ name, host }: { name: string; host: string }) {
  return (
    <Notice>
      <code>{host}</code> is written below, because a run wanted to send <code>{name}</code> there. Check that
      it is the right host, enter the value again and save.
    </Notice>
  )
}

function ValueNeeded({ name, asks }: { name: string; asks: 'for-widening' | 'for-a-change' }) {
  return (
    <div role="alert">
      <Notice>
        {asks === 'for-a-change' ? (
          'Nothing is changed yet. Type a new value, or change where it may go or what it is for.'
        ) : (
          <>
            This would let <code>{name}</code> go further than now. Where it may go is sealed together with
            the value, so that nobody else can widen it: enter the value again to do so. To allow less, no
            value is needed.
          </>
        )}
      </Notice>
    </div>
  )
}

function LastUse({ policy }: { policy: LoadedPolicy }) {
  return (
    <Text size="xs" c="dimmed" component="div">
      {policy.lastUsedAt ? (
        <>
          Last used <TimeAgo at={policy.lastUsedAt} />
        </>
      ) : (
        'Never used yet'
      )}
    </Text>
  )
}
