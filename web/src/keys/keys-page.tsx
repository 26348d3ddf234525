import { List, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { KeyHealthDocument, type KeyHealthQuery } from '../gql/graphql.ts'
import { AdminsOnly } from '../roles/admins-only.tsx'
import { day } from '../time/day.ts'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { KeyWarnings } from './key-warnings.tsx'
import { RootKey } from './root-key.tsx'

const LEAD = 'Whether the secrets would survive the loss of this instance’s root key.'

export function KeysPage() {
  const isAdmin = useWorkspace().viewerRole === 'ADMIN'
  return (
    <Page title="Keys" lead={LEAD}>
      {isAdmin ? <KeyHealth /> : <AdminsOnly what="the health of the keys" />}
    </Page>
  )
}

function KeyHealth() {
  const { id: workspace } = useWorkspace()
  const [answer, reload] = useQuery({ query: KeyHealthDocument, variables: { workspace } })
  const keys = answer.data?.workspace?.keys
  if (keys) {
    return (
      <>
        <KeyWarnings />
        <KeyFacts keys={keys} />
        <RootKey />
        <KeyLevels />
      </>
    )
  }
  return <NotLoaded answer={answer} reload={reload} />
}

type Keys = NonNullable<KeyHealthQuery['workspace']>['keys']

function KeyFacts({ keys: { recoveryCertificates, rootCertificateExpiresAt } }: { keys: Keys }) {
  const expiry = rootCertificateExpiresAt ? day(rootCertificateExpiresAt) : 'No root key yet'
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Fact label="Recovery certificates" value={String(recoveryCertificates)} />
      <Fact label="Root certificate valid until" value={expiry} />
    </SimpleGrid>
  )
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600}>{value}</Text>
    </Paper>
  )
}

function KeyLevels() {
  return (
    <Stack gap="xs">
      <Text size="sm">How values are kept:</Text>
      <List size="sm" spacing={4}>
        <List.Item>Each value is sealed with this workspace’s key, in your browser already.</List.Item>
        <List.Item>The workspace’s key is sealed with the root key, which only the worker holds.</List.Item>
        <List.Item>
          With a recovery certificate, a key that you keep offline opens it, too: for the day the root key is
          lost.
        </List.Item>
      </List>
    </Stack>
  )
}
