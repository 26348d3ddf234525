import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Problem } from '../api/problem.ts'
import { ErrorHelp } from '../docs/docs-link.tsx'

/** Replaces something that could not be loaded, and says why. */
export function Trouble({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert">
      <Group justify="space-between">
        <Text size="sm">
          <span>{problem.message}</span> <ErrorHelp code={problem.code} />
        </Text>
        {problem.canRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}
