import { Button } from '@mantine/core'
import { type ComponentProps, Fragment, type ReactNode, useState } from 'react'
import { NotLoaded } from '../feedback/not-loaded.tsx'

/** How many rows a page has. */
export const PAGE_LENGTH = 50

/** Which part of a list a page is. */
export interface PageProps {
  /** The end of the page above; null for the first page. */
  after: string | null
  /** Shows the next page; undefined when it is shown already. */
  onMore: ((end: string) => void) | undefined
}

/** Where the next page begins; null when there is none. */
export const nextOf = (
  page: { pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null | undefined,
): string | null => (page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null)

/** A list whose pages are added below one another. @param children draws one page, which loads itself. */
export function PagedList({ label, children }: { label: string; children: (page: PageProps) => ReactNode }) {
  const [starts, setStarts] = useState<(string | null)[]>([null])
  const add = (end: string) => setStarts((known) => [...known, end])
  return (
    <ul className="rows" aria-label={label}>
      {starts.map((after, index) => (
        <Fragment key={after ?? ''}>
          {children({ after, onMore: index === starts.length - 1 ? add : undefined })}
        </Fragment>
      ))}
    </ul>
  )
}

/**
 * The rows of one page, and the button for the next.
 *
 * @param rows undefined as long as the page is not loaded.
 * @param next where the next page begins, by {@link nextOf}.
 */
export function PageRows<Row extends { id: string }>({
  rows,
  next,
  onMore,
  children,
  ...loading
}: {
  rows: readonly Row[] | undefined
  next: string | null
  onMore: PageProps['onMore']
  children: (row: Row) => ReactNode
} & Pick<ComponentProps<typeof NotLoaded>, 'answer' | 'reload'>) {
  if (!rows) {
    return (
      <li>
        <NotLoaded {...loading} />
      </li>
    )
  }
  return (
    <>
      {rows.map((row) => (
        <Fragment key={row.id}>{children(row)}</Fragment>
      ))}
      {next !== null && onMore && (
        <li className="row more">
          <Button variant="default" onClick={() => onMore(next)}>
            Show older ones
          </Button>
          <span className="on-paper">Older ones are not printed.</span>
        </li>
      )}
    </>
  )
}
