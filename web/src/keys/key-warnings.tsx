import { Alert, Stack, Text } from '@mantine/core'
import { IconShieldExclamation } from '@tabler/icons-react'
import { useQuery } from 'urql'
import { DocsLink } from '../docs/docs-link.tsx'
import { KeyHealthDocument } from '../gql/graphql.ts'
import { Link } from '../routing/link.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

function useWarnings(): readonly string[] {
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: KeyHealthDocument, variables: { workspace } })
  return data?.workspace?.keys.warnings ?? []
}

/** Tells admins what endangers the secrets of this instance, and what to do. It shows nothing while all is well. */
export function KeyWarnings() {
  const warnings = useWarnings()
  if (warnings.length === 0) return null
  return (
    <Alert color="gray" variant="light" icon={<WarningIcon />} title="The keys need care" role="note">
      <Stack gap={4}>
        {warnings.map((warning) => (
          <Text key={warning} size="sm">
            <WithCode text={warning} />
          </Text>
        ))}
        <Text size="sm">
          <DocsLink to="recovery" about="keys" />
        </Text>
      </Stack>
    </Alert>
  )
}

/** The first warning in one line, for a page that admins see more often. */
export function KeyReminder() {
  const { id: workspace } = useWorkspace()
  const [first] = useWarnings()
  if (first === undefined) return null
  return (
    <Text size="sm" c="dimmed" role="note" className="reminder">
      <WarningIcon />
      <span>
        {first.split(/[:.] /, 1)[0]}.{' '}
        <Link to="/w/$workspace/settings/keys" params={{ workspace }} size="sm" underline="always">
          What to do
        </Link>
      </span>
    </Text>
  )
}

function WarningIcon() {
  return <IconShieldExclamation size={18} className="status-icon" data-color="yellow" aria-hidden />
}

/** Text in which commands stand between backticks. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((piece, index) => {
    const key = `${index} ${piece}`
    return index % 2 === 1 ? <code key={key}>{piece}</code> : <span key={key}>{piece}</span>
  })
}
