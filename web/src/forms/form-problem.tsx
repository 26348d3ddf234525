import { Text } from '@mantine/core'
import type { Problem } from '../api/problem.ts'

/** What went wrong with a whole form. Always in the page, so that a screen reader hears it appear. */
export function FormProblem({ problem }: { problem: Problem | undefined }) {
  return (
    <div role="alert">
      {problem && (
        <Text c="var(--mantine-color-error)" size="sm">
          {problem.message}
        </Text>
      )}
    </div>
  )
}
