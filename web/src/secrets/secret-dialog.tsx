import { Skeleton, Text } from '@mantine/core'
import { type RefObject, useState } from 'react'
import { useQuery } from 'urql'
import { Dialog } from '../dialogs/dialog.tsx'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { SecretPolicyDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { type LoadedPolicy, SecretForm } from './secret-form.tsx'

interface SecretDialogProps {
  name: string
  /** A value that was typed elsewhere for this secret. */
  carried?: RefObject<string> | undefined
  /** A host that a run was refused, which is put into the form. */
  allowedHost?: string | undefined
  onClose: () => void
  /** @param done says what was done. */
  onDone: (done: string) => void
}

/** What an admin can do with one secret: all but view its value. */
export function SecretDialog(props: SecretDialogProps) {
  return (
    <Dialog title={<code>{props.name}</code>} onClose={props.onClose}>
      <LoadedSecret {...props} />
    </Dialog>
  )
}

function LoadedSecret({ name, ...props }: SecretDialogProps) {
  const workspace = useWorkspace().id
  const [answer, reload] = useQuery({
    query: SecretPolicyDocument,
    variables: { workspace, name },
    requestPolicy: 'network-only',
  })
  // Only the first fresh answer counts. Each change loads the policy again, and would overwrite the form.
  const [policy, setPolicy] = useState<LoadedPolicy | null>()
  if (answer.data && !answer.stale && policy === undefined) setPolicy(answer.data.secretPolicy)
  if (policy) return <SecretForm {...props} name={name} policy={policy} />
  if (policy === null) return <Text c="dimmed">This secret does not exist any more.</Text>
  return <NotLoaded answer={answer} reload={reload} skeleton={<Skeleton height={240} aria-busy="true" />} />
}
