import { Alert, Button, Group, Text } from '@mantine/core'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
import { AutomationPauseDocument, ResumeAutomationDocument } from '../gql/graphql.ts'
import { TimeAgo } from '../time/time-ago.tsx'

/** Says that nothing starts the automation while it is paused, and ends the pause. */
export function PauseNotice({ automation }: { automation: string }) {
  const client = useClient()
  const [{ data }] = useQuery({ query: AutomationPauseDocument, variables: { id: automation } })
  const since = data?.automation?.pausedAt ?? null
  const resume = async () => {
    const problem = problemIn(await client.mutation(ResumeAutomationDocument, { id: automation }).toPromise())
    if (problem) notifyProblem(problem)
    else notify('It is started again.')
  }
  if (since === null) return null
  return (
    <Alert color="yellow" variant="light" role="note" title="Paused">
      <Group justify="space-between">
        <Text size="sm">
          No person, no webhook and no schedule starts it since <TimeAgo at={since} />. Its steps can be
          tested.
        </Text>
        <Button variant="default" size="xs" onClick={() => void resume()}>
          Resume
        </Button>
      </Group>
    </Alert>
  )
}
