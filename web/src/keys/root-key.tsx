import { Alert, Button, Paper, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { DocsLink } from '../docs/docs-link.tsx'
import { SealingKeyDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { checkVouching, sealingKeyIn, type Vouching } from './vouching.ts'

const COMPARE = '“lockstep keys list” on the machine of a worker shows the right one.'

/** Which root key vouches for this workspace's key, and what to do when it is another one than before. */
export function RootKey() {
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: SealingKeyDocument, variables: { workspace } })
  const [vouching, setVouching] = useState<Vouching>()
  const [accepted, setAccepted] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is checked again once a key was accepted.
  useEffect(() => {
    let isShown = true
    const key = sealingKeyIn(data)
    if (key)
      void checkVouching(workspace, key).then(
        (found) => isShown && setVouching(found),
        () => undefined,
      )
    return () => {
      isShown = false
    }
  }, [data, workspace, accepted])

  if (!vouching) return null
  if (vouching.state === 'refused') {
    return <OtherKey {...vouching} onAccepted={() => setAccepted((count) => count + 1)} />
  }
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        Fingerprint of the root key
      </Text>
      {vouching.state === 'vouched' ? (
        <Text ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {vouching.fingerprint}
        </Text>
      ) : (
        <Text>Nothing vouches for this workspace’s key. The operator sees why with lockstep doctor.</Text>
      )}
      <Text size="sm" c="dimmed">
        It vouches for the key that values are sealed with. {COMPARE}{' '}
        <DocsLink to="rootKey" about="the root key" />
      </Text>
    </Paper>
  )
}

function OtherKey({
  message,
  accept,
  onAccepted,
}: Extract<Vouching, { state: 'refused' }> & { onAccepted: () => void }) {
  const [asks, setAsks] = useState(false)
  return (
    <Alert
      color="red"
      variant="light"
      title="The root key is not the one that this browser knows"
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {message}
        </Text>
        <Text size="sm">
          No value can be saved until then. If the operator has replaced a lost root key, compare the
          fingerprint that was found: {COMPARE} Otherwise something stands between you and Lockstep.{' '}
          <DocsLink to="rootKey" about="the root key" />
        </Text>
        {accept && (
          <Button variant="default" size="xs" onClick={() => setAsks(true)}>
            Accept the key that was found
          </Button>
        )}
      </Stack>
      {accept && asks && (
        <ConfirmDialog
          title="Accept this root key?"
          confirm="Accept"
          onClose={() => setAsks(false)}
          work={async () => {
            await accept()
            setAsks(false)
            onAccepted()
            return undefined
          }}
        >
          Whoever holds it can read what is saved from now on. Accept it only when its fingerprint is the one
          that the operator gave you.
        </ConfirmDialog>
      )}
    </Alert>
  )
}
