import { Group, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { AdminsDocument } from '../gql/graphql.ts'
import { ButtonLink } from '../routing/link.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'

/** What a person can do about a step that failed: links to where it is mended, or whom to ask. */
export function StepHelp({
  automation,
  step,
  error: { code },
  secrets,
}: {
  automation: string
  step: string
  error: { code: string }
  /** The names of the secrets that the step was given. */
  secrets: readonly string[]
}) {
  const { id: workspace, viewerRole } = useWorkspace()
  const isAdmin = viewerRole === 'ADMIN'
  const isMissing = code === 'SECRET_NOT_FOUND'
  const isRefused = code === 'DESTINATION_NOT_ALLOWED'
  return (
    <Group gap="xs" mt={4}>
      <ButtonLink
        to="/w/$workspace/automations/$automation"
        params={{ workspace, automation }}
        hash={step}
        variant="default"
        size="xs"
      >
        Open the step
      </ButtonLink>
      {isAdmin && isMissing && (
        <ButtonLink
          to="/w/$workspace/settings/secrets"
          params={{ workspace }}
          search={{ add: '' }}
          variant="default"
          size="xs"
        >
          Add the secret
        </ButtonLink>
      )}
      {isAdmin &&
        isRefused &&
        secrets.map((name) => (
          <ButtonLink
            key={name}
            to="/w/$workspace/settings/secrets"
            params={{ workspace }}
            search={{ secret: name }}
            variant="default"
            size="xs"
          >
            {`Where ${name} may go…`}
          </ButtonLink>
        ))}
      {!isAdmin && (isMissing || isRefused) && <WhomToAsk workspace={workspace} />}
    </Group>
  )
}

const MOST_NAMED = 3

function WhomToAsk({ workspace }: { workspace: string }) {
  const [{ data }] = useQuery({ query: AdminsDocument, variables: { workspace } })
  const admins = data?.workspace?.members.filter(({ role }) => role === 'ADMIN') ?? []
  const names = admins.slice(0, MOST_NAMED).map(({ name }) => name)
  return (
    <Text size="sm" c="dimmed">
      {names.length > 0 ? `Ask an admin: ${names.join(', ')}.` : 'Ask an admin.'}
    </Text>
  )
}
