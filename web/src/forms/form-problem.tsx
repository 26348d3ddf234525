import { Text } from '@mantine/core'
import type { Problem } from '../api/problem.ts'

/**
 * What went wrong with a whole form. Its element is always in the page, so that a screen reader hears the message.
 */
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
