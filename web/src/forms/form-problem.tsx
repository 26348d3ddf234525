import { Text } from '@mantine/core'
import type { Problem } from '../api/problem.ts'
import { ErrorHelp } from '../docs/docs-link.tsx'

/**
 * What went wrong with a whole form. Its element is always in the page, so that a screen reader hears the message.
 */
export function FormProblem({ problem }: { problem: Problem | undefined }) {
  return (
    <div role="alert">
      {problem && (
        <Text c="var(--mantine-color-error)" size="sm">
          <span>{problem.message}</span> <ErrorHelp code={problem.code} />
        </Text>
      )}
    </div>
  )
}
