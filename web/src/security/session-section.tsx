import { Button, Group, Text } from '@mantine/core'
import { post } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import { TimeAgo } from '../time/time-ago.tsx'
import type { SessionRow } from './account.ts'
import { clientName } from './client-name.ts'

export function SessionSection() {
  const [answer, reload] = useAccounts<SessionRow[]>('sessions')
  const { busy, problem, send } = useSubmission()
  const end = (path: string, body: object) =>
    send(async () => {
      const found = await post(path, body)
      reload()
      return found
    })
  const sessions = answer?.data ?? []
  return (
    <Section title="Sessions" lead="Where you are signed in. The time is right to the hour.">
      {sessions.map(({ id, address, client, app, lastSeenAt, current }) => (
        <Group key={id} justify="space-between" wrap="nowrap">
          <Text size="sm">
            {app === null ? clientName(client) : `App ${app}`} · {address ?? 'unknown address'} ·{' '}
            {current ? 'this session' : <TimeAgo at={lastSeenAt} />}
          </Text>
          {!current && (
            <Button variant="default" size="xs" disabled={busy} onClick={() => end('end-session', { id })}>
              End
            </Button>
          )}
        </Group>
      ))}
      {sessions.length > 1 && (
        <Button variant="default" disabled={busy} onClick={() => end('revoke-other-sessions', {})}>
          Sign out everywhere else
        </Button>
      )}
      <FormProblem problem={problem ?? answer?.problem} />
    </Section>
  )
}
