import { useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { Dialog } from '../dialogs/dialog.tsx'
import { DialogForm } from '../dialogs/dialog-form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { createSealed } from './create-sealed.ts'
import { NameField, useTypedName } from './name-field.tsx'
import { PolicyFields, usePolicyDraft } from './policy-fields.tsx'
import { afterRefusal, prepareSealing } from './seal.ts'
import type { Suggestion } from './suggestion.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

interface AddSecretProps {
  onClose: () => void
  onAdded: (name: string) => void
  onOpenTaken: (name: string) => void
  /** Where the secret will be sent, as far as the step tells that it is wanted for. */
  suggestion?: Suggestion | undefined
}

export function AddSecretDialog(props: AddSecretProps) {
  return (
    <Dialog title="Add a secret" onClose={props.onClose}>
      <AddSecretForm {...props} />
    </Dialog>
  )
}

function AddSecretForm({ onClose, onAdded, onOpenTaken, suggestion }: AddSecretProps) {
  const { submission, add } = useAdding(onAdded)
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const [ofValue, setOfValue] = useState<Suggestion>()
  const read = useTypedName(useWorkspace().id, typed)
  const draft = usePolicyDraft(undefined)
  const valueInput = useRef<ValueInput | null>(null)
  const submit = (form: HTMLFormElement) => {
    setAsked(true)
    if (submission.busy) return
    const { name, taken } = read
    if (name === '' || taken) {
      form.querySelector('input')?.focus()
      return
    }
    // The policy is read before the value, because taking the value empties its field.
    const policy = draft.read()
    if (!policy) return
    const value = valueInput.current?.take()
    if (value !== undefined) add(name, value, policy, () => valueInput.current?.focus())
  }
  return (
    <DialogForm submission={submission} submit="Save" noValidate onSubmit={submit} onClose={onClose}>
      <NameField typed={typed} onType={setTyped} read={read} asked={asked} onOpenTaken={onOpenTaken} />
      <ValueField label="Value" ref={valueInput} onSuggest={setOfValue} />
      <PolicyFields draft={draft} suggestions={[suggestion, ofValue].filter((it) => it !== undefined)} />
      <ValueWarning />
    </DialogForm>
  )
}

function useAdding(onAdded: (name: string) => void) {
  const workspace = useWorkspace().id
  const client = useClient()
  const submission = useSubmission()
  useEffect(() => void prepareSealing(client, workspace), [client, workspace])
  const add = (name: string, value: string, policy: Policy, settled: () => void) =>
    submission.send(async () => {
      const found = await createSealed(client, { workspace, name }, value, policy)
      if (!found) onAdded(name)
      settled()
      return afterRefusal(client, workspace, found)
    })
  return { submission, add }
}
