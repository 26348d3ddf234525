import { Button, Group, List, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { callApps } from '../api/accounts.ts'
import { Form } from '../forms/form.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { roleName } from '../roles/roles.ts'
import { ButtonLink } from '../routing/link.tsx'
import { useViewer } from '../session/session.tsx'
import { TimeAgo } from '../time/time-ago.tsx'

interface AskingDevice {
  address: string | null
  userAgent: string | null
  createdAt: string
}

interface Decision {
  allow: boolean
}

/** Lets the command line in, which waits on this machine or another one. Its terminal shows the code. */
export function DevicePage() {
  const [code, setCode] = useState(() => new URLSearchParams(window.location.search).get('user_code') ?? '')
  const [asking, setAsking] = useState<AskingDevice>()
  const [decided, setDecided] = useState<Decision>()
  if (decided) return <Decided allowed={decided.allow} />
  if (asking) return <DeviceConsent asking={asking} code={code} onDecided={setDecided} />
  return <CodeForm code={code} onChange={setCode} onFound={setAsking} />
}

function CodeForm({
  code,
  onChange,
  onFound,
}: {
  code: string
  onChange: (code: string) => void
  onFound: (asking: AskingDevice) => void
}) {
  const { busy, problem, send } = useSubmission()
  const submit = () =>
    send(async () => {
      const query = new URLSearchParams({ user_code: code })
      const { data, problem: found } = await callApps<AskingDevice>(`device/request?${query}`)
      if (data) onFound(data)
      return found
    })
  return (
    <Entrance title="Sign in a command line" lead="Enter the code that your terminal shows.">
      <Form
        problem={problem}
        onSubmit={submit}
        actions={
          <Button type="submit" loading={busy}>
            Continue
          </Button>
        }
      >
        <TextInput
          label="Code"
          name="code"
          required
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="characters"
          maxLength={20}
          value={code}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Form>
    </Entrance>
  )
}

function DeviceConsent({
  asking: { address, userAgent, createdAt },
  code,
  onDecided,
}: {
  asking: AskingDevice
  code: string
  onDecided: (decided: Decision) => void
}) {
  const { name, email, workspaces } = useViewer()
  const { busy, problem, send } = useSubmission()
  const decide = (allow: boolean) =>
    send(async () => {
      const { data, problem: found } = await callApps('device/consent', { user_code: code, allow })
      if (data) onDecided({ allow })
      return found
    })
  return (
    <Entrance
      title="Allow this command line?"
      lead={
        <>
          It asked for the code <strong>{code.toUpperCase()}</strong> <TimeAgo at={createdAt} />, from{' '}
          {address ?? 'an unknown address'}
          {userAgent && ` (${userAgent})`}, and wants to act as {name} ({email ?? 'no email'}).
        </>
      }
    >
      <Text size="sm" fw={600}>
        Allow it only if you have just run `lockstep login` yourself. Nobody else has a reason to send you a
        code.
      </Text>
      <Text size="sm">It could do all that you may do, until you end it on the Security page:</Text>
      <List size="sm">
        {workspaces.map(({ id, name: title, viewerRole }) => (
          <List.Item key={id}>
            {title}: {roleName(viewerRole)}
          </List.Item>
        ))}
      </List>
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

function Decided({ allowed }: { allowed: boolean }) {
  return (
    <Entrance
      title={allowed ? 'The command line is signed in' : 'The command line was refused'}
      lead={
        allowed
          ? 'Go back to your terminal. You can close this page.'
          : 'It gets nothing. You can close this page.'
      }
    >
      <ButtonLink to="/">Go to Lockstep</ButtonLink>
    </Entrance>
  )
}
