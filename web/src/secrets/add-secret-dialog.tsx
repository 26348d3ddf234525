import { type RefObject, useEffect, useRef, useState } from 'react'
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
  /** The name that is wanted, if one is. */
  name?: string | undefined
  onClose: () => void
  onAdded: (name: string) => void
  /** There is a secret of this name, which is to get what was typed: the value waits in `carried`. */
  onReplace: (name: string) => void
  carried: RefObject<string>
  /** There is a secret of this name, which is to be taken as it is. */
  onUse?: ((name: string) => void) | undefined
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

function AddSecretForm({
  name: wanted = '',
  onClose,
  onAdded,
  onReplace,
  carried,
  onUse,
  suggestion,
}: AddSecretProps) {
  const { submission, add } = useAdding(onAdded)
  const [typed, setTyped] = useState(wanted)
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
    const policy = draft.read()
    const value = policy && valueInput.current?.read()
    if (!policy || value === undefined) return
    add(name, value, policy, (saved) => {
      if (saved) valueInput.current?.clear()
      valueInput.current?.focus()
    })
  }
  const replace = (name: string) => {
    carried.current = valueInput.current?.peek() ?? ''
    valueInput.current?.clear()
    onReplace(name)
  }
  return (
    <DialogForm submission={submission} submit="Save" noValidate onSubmit={submit} onClose={onClose}>
      <NameField
        typed={typed}
        onType={setTyped}
        read={read}
        asked={asked}
        onReplace={replace}
        onUse={onUse}
      />
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
  const add = (name: string, value: string, policy: Policy, settled: (saved: boolean) => void) =>
    submission.send(async () => {
      const found = await createSealed(client, { workspace, name }, value, policy)
      settled(!found)
      if (!found) onAdded(name)
      return afterRefusal(client, workspace, found)
    })
  return { submission, add }
}
