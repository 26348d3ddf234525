import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
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

/** In place of something that could not be loaded. */
export function Trouble({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert">
      <Group justify="space-between">
        <Text size="sm">{problem.message}</Text>
        {problem.canRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}

/** Something to know, calmly. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <Alert color="gray" variant="light" icon={<IconInfoCircle />} role="note">
      {children}
    </Alert>
  )
}

/** In place of a list that has nothing in it yet: what would be here, and how to begin. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Stack align="center" gap="xs" py={56} className="empty-state">
      {icon}
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" size="sm" ta="center" maw={420}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}
