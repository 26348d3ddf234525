import { Text } from '@mantine/core'

/** Says that a list is longer than the page that is shown. @param connection with `totalCount`. */
export function Others({
  connection: { edges, totalCount } = { edges: [], totalCount: 0 },
}: {
  connection: { edges: readonly unknown[]; totalCount: number } | undefined
}) {
  const count = totalCount - edges.length
  if (count <= 0) return null
  return (
    <Text size="sm" c="dimmed">
      {count} more are not shown. The API has them all.
    </Text>
  )
}
