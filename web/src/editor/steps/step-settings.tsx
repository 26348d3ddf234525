import { Group, MultiSelect, NativeSelect, NumberInput, Switch, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { runErrorCodes } from '../../../../src/errors.ts'
import { Fold } from '../../layout/fold.tsx'
import type { DraftStep, StepRetry } from '../draft/draft.ts'
import { summaryOf } from '../draft/field-groups.ts'
import type { StepField } from '../draft/step-types.ts'
import { useEditor } from '../state/editor-context.ts'

// As in the API, two errors are never tried again: a cancelled step was stopped on purpose, and nobody knows what an
// interrupted one has done.
const retryable = runErrorCodes.filter((code) => code !== 'CANCELLED' && code !== 'INTERRUPTED')
const firstRetry: StepRetry = { count: 3, delaySeconds: 10, on: ['REQUEST_FAILED', 'TIMEOUT'] }

/**
 * How long a step may take, and whether it is tried again. A step type that has a timeout of its own shows that one, and the other
 * only where somebody has set it.
 *
 * @param timing the fields of the step type about time.
 * @param children draws them.
 * @param open shows them in any case.
 */
export function StepSettings({
  step,
  timing,
  open,
  children,
}: {
  step: DraftStep
  timing: readonly StepField[]
  open: boolean
  children: ReactNode
}) {
  const { refusal } = useEditor()
  const hasOwn = timing.some(({ name }) => name === 'timeoutSeconds')
  const error = refusal?.step === step.key && refusal.field === undefined ? refusal.message : undefined
  return (
    <Fold label={`Timeout, retries and errors${summary(step, timing)}`} open={open || error !== undefined}>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {children}
      {(!hasOwn || step.timeoutSeconds !== null) && <Timeout step={step} hasOwn={hasOwn} />}
      <Retry step={step} />
      <OnError step={step} />
    </Fold>
  )
}

function summary(
  { fields, timeoutSeconds, retry, onError }: DraftStep,
  timing: readonly StepField[],
): string {
  const parts = [
    summaryOf(timing, fields),
    timeoutSeconds !== null && `${timeoutSeconds} s`,
    retry && `${retry.count} retries`,
    onError === 'CONTINUE' && 'goes on',
  ].filter(Boolean)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

function Timeout({ step, hasOwn }: { step: DraftStep; hasOwn: boolean }) {
  const { change } = useEditor()
  return (
    <NumberInput
      label={hasOwn ? 'Timeout of an attempt in seconds' : 'Timeout in seconds'}
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

function OnError({ step: { id, key, onError } }: { step: DraftStep }) {
  const { change } = useEditor()
  return (
    <NativeSelect
      label="When it fails for good"
      description={`Steps that go on find the reason in {{ steps.${key}.error.code }}.`}
      maw={320}
      data={[
        { value: 'STOP', label: 'The run ends' },
        { value: 'CONTINUE', label: 'The run goes on' },
      ]}
      value={onError}
      onChange={(event) => {
        const chosen = event.currentTarget.value === 'CONTINUE' ? 'CONTINUE' : 'STOP'
        change({ kind: 'settings', step: id, settings: { onError: chosen } })
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
