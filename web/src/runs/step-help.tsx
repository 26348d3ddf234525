import { Group, Text } from '@mantine/core'
import { ButtonLink } from '../routing/link.tsx'
import { useAdmins } from '../workspaces/use-admins.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

/** What an error is about, as the API says it as data. */
export interface Subject {
  secrets?: readonly string[] | null
  host?: string | null
}

/** What a person can do about a step that failed: links to where it is mended, or whom to ask. */
export function StepHelp({
  automation,
  step,
  error: { code, at },
}: {
  automation: string
  step: string
  error: { code: string; at: Subject | null }
}) {
  const { id: workspace, viewerRole } = useWorkspace()
  const subject = { secrets: at?.secrets ?? undefined, host: at?.host ?? undefined }
  const isAdmin = viewerRole === 'ADMIN'
  const isMissing = code === 'SECRET_NOT_FOUND'
  // A refusal that names no secret is of the address, which no admin of the workspace allows.
  const isRefused = code === 'DESTINATION_NOT_ALLOWED' && subject.secrets !== undefined
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
      {isAdmin &&
        isMissing &&
        (subject.secrets ?? ['']).map((name) => (
          <SecretLink key={name} workspace={workspace} search={{ add: name }}>
            {name === '' ? 'Add the secret' : `Add ${name}`}
          </SecretLink>
        ))}
      {isAdmin &&
        isRefused &&
        subject.secrets?.map((name) => (
          <SecretLink
            key={name}
            workspace={workspace}
            search={{ secret: name }}
            // Not in the address: a link that somebody sends to an admin must not fill in a host.
            {...(subject.host && { state: { allowedHost: subject.host } })}
          >
            {subject.host ? `Allow ${subject.host} for ${name}…` : `Where ${name} may go…`}
          </SecretLink>
        ))}
      {!isAdmin && (isMissing || isRefused) && <WhomToAsk workspace={workspace} />}
    </Group>
  )
}

function SecretLink({
  workspace,
  search,
  state,
  children,
}: {
  workspace: string
  search: { add: string } | { secret: string }
  state?: { allowedHost: string }
  children: string
}) {
  return (
    <ButtonLink
      to="/w/$workspace/settings/secrets"
      params={{ workspace }}
      search={search}
      {...(state && { state })}
      variant="default"
      size="xs"
    >
      {children}
    </ButtonLink>
  )
}

const MOST_NAMED = 3

export function WhomToAsk({ workspace }: { workspace: string }) {
  const names = useAdmins(workspace, MOST_NAMED)
  return (
    <Text size="sm" c="dimmed">
      {names.length > 0 ? `Ask an admin: ${names.join(', ')}.` : 'Ask an admin.'}
    </Text>
  )
}
