import { Button, Collapse, Group, MultiSelect, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { runErrorCodes } from '../../../../src/errors.ts'
import type { DraftStep, StepRetry } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'

// Whoever cancelled does not want it again, and after an interruption nobody knows what was done: as in the API.
const retryable = runErrorCodes.filter((code) => code !== 'CANCELLED' && code !== 'INTERRUPTED')
const firstRetry: StepRetry = { count: 3, delaySeconds: 10, on: ['REQUEST_FAILED', 'TIMEOUT'] }

/** How long a step may take, and whether it is tried again. */
export function StepSettings({ step }: { step: DraftStep }) {
  const { refusal } = useEditor()
  const [opened, setOpened] = useState(false)
  const id = useId()
  const error = refusal?.step === step.key && refusal.field === undefined ? refusal.message : undefined
  const shown = opened || error !== undefined
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconChevronRight size={14} className={shown ? 'turned' : undefined} aria-hidden />}
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setOpened(!shown)}
      >
        Timeout and retries{summary(step)}
      </Button>
      <Collapse expanded={shown} id={id}>
        <Stack gap="sm" pt="sm" pl="md">
          {error && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {error}
            </Text>
          )}
          <Timeout step={step} />
          <Retry step={step} />
        </Stack>
      </Collapse>
    </div>
  )
}

function summary({ timeoutSeconds, retry }: DraftStep): string {
  const parts = [timeoutSeconds !== null && `${timeoutSeconds} s`, retry && `${retry.count} retries`].filter(
    Boolean,
  )
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

function Timeout({ step }: { step: DraftStep }) {
  const { change } = useEditor()
  return (
    <NumberInput
      label="Timeout in seconds"
      description="How long one attempt may take: 1 to 3600."
      placeholder="600"
      maw={240}
      min={1}
      max={3600}
      allowDecimal={false}
      value={step.timeoutSeconds ?? ''}
      onChange={(value) => {
        const timeoutSeconds = value === '' ? null : Number(value)
        change({ kind: 'settings', step: step.id, settings: { timeoutSeconds } })
      }}
    />
  )
}

function Retry({ step: { id, retry } }: { step: DraftStep }) {
  const { change } = useEditor()
  const set = (next: StepRetry | null) => change({ kind: 'settings', step: id, settings: { retry: next } })
  return (
    <>
      <Switch
        label="Try again when it fails"
        checked={retry !== null}
        onChange={(event) => set(event.currentTarget.checked ? firstRetry : null)}
      />
      {retry && (
        <>
          <Group gap="sm" align="flex-start">
            <NumberInput
              label="How many times"
              min={1}
              max={10}
              allowDecimal={false}
              w={150}
              value={retry.count}
              onChange={(count) => set({ ...retry, count: Number(count) })}
            />
            <NumberInput
              label="Seconds before"
              description="Doubles each time."
              inputWrapperOrder={['label', 'input', 'description']}
              min={1}
              max={3600}
              allowDecimal={false}
              w={150}
              value={retry.delaySeconds}
              onChange={(delaySeconds) => set({ ...retry, delaySeconds: Number(delaySeconds) })}
            />
          </Group>
          <MultiSelect
            label="After these errors"
            data={[...retryable]}
            value={[...retry.on]}
            onChange={(on) => set({ ...retry, on })}
            error={retry.on.length === 0 ? 'Choose at least one.' : undefined}
          />
        </>
      )}
    </>
  )
}
