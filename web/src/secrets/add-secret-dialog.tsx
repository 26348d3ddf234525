import { Button, Group, Stack } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../api/problem.ts'
import { CreateSecretDocument } from '../gql/graphql.ts'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'
import { HostsField, type HostsInput } from './hosts-field.tsx'
import { NameField, useTypedName } from './name-field.tsx'
import { afterRefusal, prepareSealing, sealInBrowser } from './seal.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

interface AddSecretProps {
  onClose: () => void
  onAdded: (name: string) => void
  onOpenTaken: (name: string) => void
}

export function AddSecretDialog(props: AddSecretProps) {
  return (
    <Dialog title="Add a secret" onClose={props.onClose}>
      <AddSecretForm {...props} />
    </Dialog>
  )
}

function AddSecretForm({ onClose, onAdded, onOpenTaken }: AddSecretProps) {
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const read = useTypedName(workspace, typed)
  const valueInput = useRef<ValueInput | null>(null)
  const hostsInput = useRef<HostsInput | null>(null)
  useEffect(() => void prepareSealing(client, workspace), [client, workspace])

  const add = async (name: string, value: string, allowedHosts: string[]) => {
    const sealing = await sealInBrowser(client, { workspace, name }, value)
    if ('problem' in sealing) return sealing.problem
    const input = { workspace, name, sealedValue: sealing.sealedValue, allowedHosts }
    return problemIn(await client.mutation(CreateSecretDocument, { input }).toPromise())
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(true)
    if (busy) return
    const { name, taken } = read
    if (name === '' || taken) {
      event.currentTarget.querySelector('input')?.focus()
      return
    }
    // First: a value that was taken from its field is gone from there.
    const hosts = hostsInput.current?.read()
    if (!hosts) return
    const value = valueInput.current?.take()
    if (value === undefined) return
    send(async () => {
      const found = await add(name, value, hosts)
      if (!found) onAdded(name)
      valueInput.current?.focus()
      return afterRefusal(client, workspace, found)
    })
  }
  return (
    <form method="post" onSubmit={submit} noValidate>
      <Stack gap="sm">
        <NameField typed={typed} onType={setTyped} read={read} asked={asked} onOpenTaken={onOpenTaken} />
        <ValueField label="Value" ref={valueInput} />
        <HostsField initial={[]} ref={hostsInput} />
        <ValueWarning />
        <FormProblem problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
