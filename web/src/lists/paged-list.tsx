import { Button } from '@mantine/core'
import { type ComponentProps, Fragment, type ReactNode, useState } from 'react'
import { NotLoaded } from '../feedback/not-loaded.tsx'

/** How many rows a page has. After a page with fewer there is no other one. */
export const PAGE_LENGTH = 50

/** Which part of a list a page is. */
export interface PageProps {
  /** The id of the last row on the page above; null for the first page. */
  before: string | null
  /** Shows the next page; undefined when it is shown already. */
  onMore: ((last: string) => void) | undefined
}

/** A list whose pages are added below one another. @param children draws one page, which loads itself. */
export function PagedList({ label, children }: { label: string; children: (page: PageProps) => ReactNode }) {
  const [starts, setStarts] = useState<(string | null)[]>([null])
  const add = (last: string) => setStarts((known) => [...known, last])
  return (
    <ul className="rows" aria-label={label}>
      {starts.map((before, index) => (
        <Fragment key={before ?? ''}>
          {children({ before, onMore: index === starts.length - 1 ? add : undefined })}
        </Fragment>
      ))}
    </ul>
  )
}

/** The rows of one page, and the button for the next. @param rows undefined as long as the page is not loaded. */
export function PageRows<Row extends { id: string }>({
  rows,
  onMore,
  children,
  ...loading
}: {
  rows: readonly Row[] | undefined
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
  const last = rows[PAGE_LENGTH - 1]
  return (
    <>
      {rows.map((row) => (
        <Fragment key={row.id}>{children(row)}</Fragment>
      ))}
      {last && onMore && (
        <li className="row more">
          <Button variant="default" onClick={() => onMore(last.id)}>
            Show older ones
          </Button>
          <span className="on-paper">Older ones are not printed.</span>
        </li>
      )}
    </>
  )
}
