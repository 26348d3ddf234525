import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { type FormEvent, useRef } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn, problemOf } from '../api/problem.ts'
import { SecretPolicyDocument, type SecretPolicyQuery, SetSecretPolicyDocument } from '../gql/graphql.ts'
import { FormProblem, Trouble } from '../parts/notice.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'
import { HostsField, type HostsInput } from './hosts-field.tsx'

type Policy = NonNullable<SecretPolicyQuery['secretPolicy']>

/** Where steps may send the secret, and when one last did. */
export function AllowedHosts({ name, onSaved }: { name: string; onSaved: () => void }) {
  const workspace = useWorkspace().id
  const [{ data, error, fetching, stale }, reload] = useQuery({
    query: SecretPolicyDocument,
    variables: { workspace, name },
    requestPolicy: 'network-only',
  })
  if (error && !fetching) return <Trouble problem={problemOf(error)} onRetry={reload} />
  if (!data || stale) return <Skeleton height={132} aria-busy="true" />
  if (!data.secretPolicy) return <Text c="dimmed">This secret does not exist any more.</Text>
  return <AllowedHostsForm name={name} policy={data.secretPolicy} onSaved={onSaved} />
}

function AllowedHostsForm({ name, policy, onSaved }: { name: string; policy: Policy; onSaved: () => void }) {
  const workspace = useWorkspace().id
  const client = useClient()
  const hosts = useRef<HostsInput | null>(null)
  const { busy, problem, send } = useSubmission()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const allowedHosts = hosts.current?.read()
    if (!allowedHosts) return
    send(async () => {
      const input = { workspace, name, allowedHosts }
      const found = problemIn(await client.mutation(SetSecretPolicyDocument, { input }).toPromise())
      if (!found) onSaved()
      return found
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <Stack gap="sm">
        <HostsField initial={policy.allowedHosts} ref={hosts} />
        <FormProblem problem={problem} />
        <Group justify="space-between">
          <Text size="xs" c="dimmed" component="div">
            {policy.lastUsedAt ? (
              <>
                Last used <TimeAgo at={policy.lastUsedAt} />
              </>
            ) : (
              'Never used yet'
            )}
          </Text>
          <Button type="submit" variant="default" loading={busy}>
            Save hosts
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
