import { Skeleton, Stack } from '@mantine/core'

const rows = ['first', 'second', 'third', 'fourth']

/** The shape of a list of rows while it loads. */
export function RowsSkeleton() {
  return (
    <Stack gap="xs" role="group" aria-busy="true" aria-label="Loading">
      {rows.map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  )
}

/** The shape of a page while it loads. */
export function PageSkeleton() {
  return (
    <Stack gap="lg" className="page">
      <Skeleton height={28} width={180} />
      <RowsSkeleton />
    </Stack>
  )
}
