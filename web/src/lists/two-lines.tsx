import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** The name of what a row is about, and a dimmed line below it. */
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
