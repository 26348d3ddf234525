import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { type Ref, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useClient, useQuery } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { Notice } from '../feedback/notice.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import {
  SecretPolicyDocument,
  type SecretPolicyQuery,
  SetSecretPolicyDocument,
  UpdateSecretDocument,
} from '../gql/graphql.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { PolicyFields, usePolicyDraft } from './policy-fields.tsx'
import { policyInput } from './policy-words.ts'
import { afterRefusal, sealInBrowser } from './seal.ts'
import { ValueField, type ValueInput } from './value-field.tsx'

type LoadedPolicy = NonNullable<SecretPolicyQuery['secretPolicy']>

/** Where steps may send the secret, and when one last did. */
export function SecretPolicy({ name, onSaved }: { name: string; onSaved: () => void }) {
  const workspace = useWorkspace().id
  const [answer, reload] = useQuery({
    query: SecretPolicyDocument,
    variables: { workspace, name },
    requestPolicy: 'network-only',
  })
  // Only the first fresh answer counts. Each change loads the policy again, and would overwrite the form.
  const [policy, setPolicy] = useState<LoadedPolicy | null>()
  if (answer.data && !answer.stale && policy === undefined) setPolicy(answer.data.secretPolicy)
  if (policy) return <PolicyForm name={name} policy={policy} onSaved={onSaved} />
  if (policy === null) return <Text c="dimmed">This secret does not exist any more.</Text>
  return <NotLoaded answer={answer} reload={reload} skeleton={<Skeleton height={132} aria-busy="true" />} />
}

function PolicyForm({
  name,
  policy: current,
  onSaved,
}: {
  name: string
  policy: LoadedPolicy
  onSaved: () => void
}) {
  const draft = usePolicyDraft(current)
  const valueInput = useRef<ValueInput | null>(null)
  const { busy, problem, send } = useSubmission()
  const [widens, setWidens] = useState(false)
  const { setPolicy, sealAgain } = useChanges(name)
  const submit = () => {
    if (busy) return
    const policy = draft.read()
    if (!policy) return
    const value = widens ? valueInput.current?.take() : undefined
    if (widens && value === undefined) return
    send(async () => {
      const found = value === undefined ? await setPolicy(policy) : await sealAgain(policy, value)
      if (!found) onSaved()
      if (found?.code !== 'POLICY_WIDENS') return found
      // The field may be out of sight. The focus scrolls to it.
      flushSync(() => setWidens(true))
      valueInput.current?.focus()
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
          <Button type="submit" variant="default" loading={busy}>
            {widens ? 'Save with the value' : 'Save where it may go'}
          </Button>
        </Group>
      }
    >
      <PolicyFields draft={draft} />
      {widens && <WidenedBy name={name} valueInput={valueInput} />}
    </Form>
  )
}

function WidenedBy({ name, valueInput }: { name: string; valueInput: Ref<ValueInput> }) {
  return (
    <Stack gap="sm">
      <div role="alert">
        <Notice>
          This would let <code>{name}</code> go further than now. Where it may go is sealed together with the
          value, so that nobody else can widen it: enter the value again to do so. To allow less, no value is
          needed.
        </Notice>
      </div>
      <ValueField label="Value, again" ref={valueInput} />
    </Stack>
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

/** The two ways to change a policy. Only one that widens it needs the value. */
function useChanges(name: string) {
  const workspace = useWorkspace().id
  const client = useClient()
  return {
    async setPolicy(policy: Policy): Promise<Problem | undefined> {
      const input = { workspace, name, ...policyInput(policy) }
      return problemIn(await client.mutation(SetSecretPolicyDocument, { input }).toPromise())
    },
    async sealAgain(policy: Policy, value: string): Promise<Problem | undefined> {
      const sealing = await sealInBrowser(client, { workspace, name }, value, policy)
      if ('problem' in sealing) return afterRefusal(client, workspace, sealing.problem)
      const input = {
        workspace,
        name,
        content: { sealedValue: sealing.sealedValue },
        policy: policyInput(policy),
      }
      const answer = await client.mutation(UpdateSecretDocument, { input }).toPromise()
      return afterRefusal(client, workspace, problemIn(answer))
    },
  }
}
