import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../../api/problem.ts'
import { Dialog } from '../../dialogs/dialog.tsx'
import { FormProblem } from '../../forms/form-problem.tsx'
import { useSubmission } from '../../forms/use-submission.ts'
import { TestStepDocument, type TestStepMutation } from '../../gql/graphql.ts'
import { JsonTree } from '../../json/json-tree.tsx'
import { SecretMark } from '../../redaction/redacted-text.tsx'
import { WhomToAsk } from '../../runs/step-help.tsx'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { type DraftStep, stepInput } from '../draft/draft.ts'
import { withOutput } from '../draft/test-data.ts'
import { useEditor } from '../state/editor-context.ts'
import { EarlierOutputs, useEarlierOutputs } from './earlier-outputs.tsx'
import { TriggerInput, useTypedTrigger } from './trigger-input.tsx'

type Result = Extract<TestStepMutation['testStep'], { __typename: 'TestStepSuccess' }>['result']

/** Runs one step once as it is now, saved or not. @param onRefused gets what the API says of its fields. */
export function TestDialog({
  step,
  onClose,
  onRefused,
}: {
  step: DraftStep
  onClose: () => void
  onRefused: (problem: Problem) => void
}) {
  return (
    <Dialog keepsTyped onClose={onClose} title={`Test ${step.key}`} size="lg">
      <TestForm step={step} onRefused={onRefused} />
    </Dialog>
  )
}

function TestForm({ step, onRefused }: { step: DraftStep; onRefused: (problem: Problem) => void }) {
  const { samples, tests, setTests } = useEditor()
  const workspace = useWorkspace().id
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const keep = (text: string) => setTests((before) => ({ ...before, trigger: text }))
  const trigger = useTypedTrigger(samples.trigger, { text: tests.trigger, keep })
  const earlier = useEarlierOutputs(step)
  const [result, setResult] = useState<Result>()
  const test = () => {
    const read = trigger.read()
    const outputs = earlier.read()
    if (!read || !outputs) return
    send(async () => {
      setResult(undefined)
      const input = { workspace, step: stepInput(step), input: read.input, earlier: outputs }
      // The client is asked directly, because the state of a hook would keep the variables.
      const answer = await client.mutation(TestStepDocument, { input }).toPromise()
      const found = problemIn(answer)
      if (found) onRefused(found)
      const tested = answer.data?.testStep
      if (tested?.__typename === 'TestStepSuccess') {
        const { status, output } = tested.result
        setResult(tested.result)
        if (status === 'SUCCEEDED') setTests((before) => withOutput(before, step.id, output))
      }
      return found
    })
  }
  return (
    <Stack gap="md">
      <Text size="sm">The step runs once, for real: what it sends is sent. Nothing is saved.</Text>
      <EarlierOutputs outputs={earlier} />
      <TriggerInput typed={trigger} />
      <FormProblem problem={problem} />
      <Group justify="flex-end">
        <Button onClick={test} loading={busy} data-autofocus>
          {result ? 'Test again' : 'Test'}
        </Button>
      </Group>
      <div aria-live="polite">{result && <StepResult result={result} />}</div>
    </Stack>
  )
}

function StepResult({
  result: { key, status, output, error, secrets, startedAt, finishedAt },
}: {
  result: Result
}) {
  const done = status === 'SUCCEEDED'
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm" fw={600} className={done ? 'succeeded' : undefined}>
          {done ? 'Succeeded' : error ? 'Failed' : 'Still running'}
        </Text>
        {startedAt && finishedAt && (
          <Text size="xs" c="dimmed">
            {`${Date.parse(finishedAt) - Date.parse(startedAt)} ms`}
          </Text>
        )}
        {secrets.length > 0 && (
          <Text size="xs" c="dimmed" component="span">
            used{' '}
            {secrets.map((name) => (
              <SecretMark key={name} name={name} />
            ))}
          </Text>
        )}
      </Group>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error.message} <code>{error.code}</code>
        </Text>
      )}
      {error && <Cures error={error} />}
      {done && (
        <Text size="xs" c="dimmed">
          Later steps find it among their variables.
        </Text>
      )}
      {output !== null && output !== undefined && <JsonTree value={output} label={`Output of ${key}`} />}
    </Stack>
  )
}

/** What a person can do about a test that failed by a secret, without leaving what they write. */
function Cures({ error: { code, at } }: { error: NonNullable<Result['error']> }) {
  const { isAdmin, addSecret, allowHost } = useEditor()
  const workspace = useWorkspace().id
  const isMissing = code === 'SECRET_NOT_FOUND'
  if ((!isMissing && code !== 'DESTINATION_NOT_ALLOWED') || !at?.secrets) return null
  if (!isAdmin) return <WhomToAsk workspace={workspace} />
  const host = at.host ?? undefined
  const words = (name: string) =>
    host === undefined ? `Where ${name} may go…` : `Allow ${host} for ${name}…`
  return (
    <Group gap="xs">
      {at.secrets.map((name) => (
        <Button
          key={name}
          variant="default"
          size="xs"
          onClick={() => (isMissing ? addSecret(undefined, () => undefined, name) : allowHost(name, host))}
        >
          {isMissing ? `Add ${name}` : words(name)}
        </Button>
      ))}
    </Group>
  )
}
