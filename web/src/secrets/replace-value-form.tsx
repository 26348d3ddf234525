import { Button, Group } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../api/problem.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { SecretPolicyDocument, UpdateSecretDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { afterRefusal, prepareSealing, sealInBrowser } from './seal.ts'
import { ValueField, type ValueInput } from './value-field.tsx'
import { ValueWarning } from './value-warning.tsx'

const gone: Problem = {
  code: 'NOT_FOUND',
  message: 'This secret does not exist any more.',
  canRetry: false,
}

/** Gives a secret another value. Where it may go stays as it is. */
export function ReplaceValueForm({ name, onReplaced }: { name: string; onReplaced: () => void }) {
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const valueInput = useRef<ValueInput | null>(null)
  useEffect(() => void prepareSealing(client, workspace), [client, workspace])

  const replace = async (value: string) => {
    // The value is sealed together with the policy that the secret has at this moment.
    const asked = await client
      .query(SecretPolicyDocument, { workspace, name }, { requestPolicy: 'network-only' })
      .toPromise()
    const policy = asked.data?.secretPolicy
    if (!policy) return problemIn(asked) ?? gone
    const sealing = await sealInBrowser(client, { workspace, name }, value, policy)
    if ('problem' in sealing) return sealing.problem
    const input = { workspace, name, content: { sealedValue: sealing.sealedValue } }
    return problemIn(await client.mutation(UpdateSecretDocument, { input }).toPromise())
  }
  const submit = () => {
    if (busy) return
    const value = valueInput.current?.take()
    if (value === undefined) return
    send(async () => {
      const found = await replace(value)
      if (!found) onReplaced()
      valueInput.current?.focus()
      return afterRefusal(client, workspace, found)
    })
  }
  return (
    <Form
      problem={problem}
      onSubmit={submit}
      noValidate
      actions={
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            Replace value
          </Button>
        </Group>
      }
    >
      <ValueField label="New value" ref={valueInput} first />
      <ValueWarning />
    </Form>
  )
}
