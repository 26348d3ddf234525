import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { usePrinting } from '../layout/use-printing.ts'
import { type SecretListProps, SecretRow } from './secret-row.tsx'

// The heights of secrets.css. A long name makes a row higher, which is measured.
const rowHeight = () => (window.matchMedia('(max-width: 62em)').matches ? 108 : 62)
const NEAR_THE_END = 40

/** Thousands of names stay smooth because only those in the window, and a few around them, are in the page. */
export function LongSecretList({ pages, actions }: SecretListProps) {
  const { loaded, busy, problem, loadMore, reload } = pages
  const secrets = loaded?.secrets ?? []
  const printing = usePrinting()
  const { list, virtualizer, keepFocused } = useRows(secrets.length, printing)
  const rows = virtualizer.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (!problem && last >= secrets.length - NEAR_THE_END) loadMore()
  })
  return (
    <>
      <ul
        ref={list}
        className="secrets long"
        aria-label="Secrets"
        aria-busy={busy}
        style={printing ? {} : { height: virtualizer.getTotalSize() }}
        onFocus={keepFocused}
        onBlur={keepFocused}
      >
        {rows.map(({ index, start }) => {
          const secret = secrets[index]
          if (!secret) return null
          return (
            <li
              key={secret.name}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={loaded?.complete ? secrets.length : -1}
              aria-posinset={index + 1}
              style={
                printing ? {} : { transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }
              }
            >
              <SecretRow secret={secret} actions={actions} />
            </li>
          )
        })}
      </ul>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {loaded && !loaded.complete && !problem && <RowsSkeleton />}
      {printing && !loaded?.complete && (
        <p role="note">
          Only the first {secrets.length} secrets are printed. “lockstep secrets list” has all.
        </p>
      )}
    </>
  )
}

function useRows(count: number, all: boolean) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  const [focused, setFocused] = useState<number | undefined>(undefined)
  // Rows are placed from the top of the page, and what is above the list changes its height.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0))
  const rangeExtractor = useCallback(
    (range: Range) => {
      if (all) return Array.from({ length: range.count }, (_, index) => index)
      const seen = defaultRangeExtractor(range)
      if (focused === undefined || focused >= range.count || seen.includes(focused)) return seen
      // The row with the focus stays when it is scrolled out of sight. Otherwise Tab would begin at the top again.
      return [...seen, focused].sort((a, b) => a - b)
    },
    [focused, all],
  )
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: rowHeight,
    overscan: 12,
    scrollMargin: top,
    rangeExtractor,
  })
  const keepFocused = ({ type, target }: { type: string; target: Element }) => {
    const row = type === 'focus' ? target.closest('li')?.dataset['index'] : undefined
    setFocused(row === undefined ? undefined : Number(row))
  }
  return { list, virtualizer, keepFocused }
}
