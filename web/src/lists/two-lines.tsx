import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** What a row is about, and below it, quieter, what else there is to say of it. */
export function TwoLines({ children, below }: { children: ReactNode; below: ReactNode }) {
  return (
    <>
      <Text size="sm" fw={500}>
        {children}
      </Text>
      <Text size="sm" c="dimmed">
        {below}
      </Text>
    </>
  )
}
