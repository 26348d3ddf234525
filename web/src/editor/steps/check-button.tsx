import { Button, Text } from '@mantine/core'
import type { DraftStep } from '../draft/draft.ts'
import { useAskedStep } from '../state/use-asked-step.ts'

/** Tests the connection of a step with what is written in its form. */
export function CheckButton({ step }: { step: DraftStep }) {
  const { ask, busy, answer, problem } = useAskedStep<string | null>(step.fields, { check: true })
  const isWell = answer !== undefined && problem === undefined
  return (
    <div>
      <Button variant="default" size="xs" onClick={ask} loading={busy}>
        Test connection
      </Button>
      <Text size="sm" aria-live="polite" c={problem ? 'var(--mantine-color-error)' : 'dimmed'}>
        {problem ?? (isWell ? (answer ?? 'The connection works.') : '')}
      </Text>
    </div>
  )
}
