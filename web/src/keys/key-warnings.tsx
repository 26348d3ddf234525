import { Alert, Stack, Text } from '@mantine/core'
import { IconShieldExclamation } from '@tabler/icons-react'
import { useQuery } from 'urql'
import { KeyHealthDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'

/** For admins: what endangers the secrets of this instance, and what to do. Nothing while all is well. */
export function KeyWarnings() {
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: KeyHealthDocument, variables: { workspace } })
  const warnings = data?.workspace?.keys.warnings ?? []
  if (warnings.length === 0) return null
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconShieldExclamation />}
      title="A lost key would lose the secrets"
      role="note"
    >
      <Stack gap={4}>
        {warnings.map((warning) => (
          <Text key={warning} size="sm">
            {warning}
          </Text>
        ))}
      </Stack>
    </Alert>
  )
}
