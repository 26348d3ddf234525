import { Text } from '@mantine/core'

/** The warning above every button that saves a value. */
export function ValueWarning() {
  return (
    <Text size="sm" c="dimmed">
      Once saved, the value cannot be viewed again, by anyone. Keep a copy elsewhere if you need one.
    </Text>
  )
}
