import { Button, Group, List, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type Answer, callApps } from '../api/accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { roleName } from '../roles/roles.ts'
import { ButtonLink } from '../routing/link.tsx'
import { useViewer } from '../session/session.tsx'

interface AskingApp {
  client: string
  origin: string
}

/** Asks the person whether an app of another origin may act for them. Its address is that of OAuth's authorization. */
export function ConsentPage() {
  const [asked] = useState(() => window.location.search)
  const [answer, setAnswer] = useState<Answer<AskingApp>>()
  useEffect(() => {
    void callApps<AskingApp>(`request${asked}`).then(setAnswer)
  }, [asked])
  if (!answer) return <Loading />
  if (answer.problem)
    return (
      <Entrance title="This app cannot sign you in">
        <FormProblem problem={answer.problem} />
        <ButtonLink to="/">Go to Lockstep</ButtonLink>
      </Entrance>
    )
  return <Consent app={answer.data} asked={asked} />
}

function Consent({ app: { client, origin }, asked }: { app: AskingApp; asked: string }) {
  const { name, email, workspaces } = useViewer()
  const { busy, problem, send } = useSubmission()
  const decide = (allow: boolean) =>
    send(async () => {
      const body = { ...Object.fromEntries(new URLSearchParams(asked)), allow }
      const { data, problem: found } = await callApps<{ to: string }>('consent', body)
      if (data) window.location.assign(data.to)
      return found
    })
  return (
    <Entrance
      title={`Allow ${client}?`}
      lead={
        <>
          The app {client} at <strong>{origin}</strong> wants to act as {name} ({email ?? 'no email'}).
        </>
      }
    >
      <Text size="sm">It could do all that you may do, until you end it on the Security page:</Text>
      <List size="sm">
        {workspaces.map(({ id, name: title, viewerRole }) => (
          <List.Item key={id}>
            {title}: {roleName(viewerRole)}
          </List.Item>
        ))}
      </List>
      <Text size="sm">What it has made by then stays, such as API tokens.</Text>
      <Text size="sm">It never gets your password, and nobody reads the value of a secret.</Text>
      <FormProblem problem={problem} />
      <Group grow>
        <Button variant="default" disabled={busy} onClick={() => decide(false)}>
          Refuse
        </Button>
        <Button disabled={busy} onClick={() => decide(true)}>
          Allow
        </Button>
      </Group>
    </Entrance>
  )
}
