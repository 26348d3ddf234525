import './json-tree.css'
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconChevronRight, IconCopy, IconFoldDown, IconFoldUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import { usePrinting } from '../layout/use-printing.ts'
import { JsonRowContent } from './json-row-content.tsx'
import { canExpand, expandableIds, isBranch, type JsonRow, jsonRows, openAtFirst } from './json-rows.ts'

const ROW_HEIGHT = 24
/** A tree with at most this many rows is drawn whole, so that the browser's own search finds every row. */
const FEW = 200
const MOST_EXPANDED = 200_000
/** More rows would be hundreds of sheets, and keep the browser from printing at all. */
const MOST_PRINTED = 5000

/**
 * Any JSON as a tree to read: it opens and closes by click and by the arrow keys, and stays smooth however large
 * it is. Where a value was redacted (`[secret NAME]`) a chip leads to the secret.
 *
 * @param label names the tree for a screen reader, such as "Output of charge".
 */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  const tree = useTree(value)
  return (
    <div className="json-tree">
      <Toolbar value={value} label={label} onExpandAll={tree.expandAll} onFold={tree.fold} />
      <Rows {...tree} label={label} />
    </div>
  )
}

interface Tree {
  rows: JsonRow[]
  active: number
  setActive(index: number): void
  toggle(row: JsonRow, open?: boolean): void
  expandAll: () => void
  fold: () => void
}

function useTree(value: unknown): Tree {
  const [shown, setShown] = useState(value)
  const [expanded, setExpanded] = useState(() => openAtFirst(value))
  const [active, setActive] = useState(0)
  if (shown !== value) {
    setShown(value)
    setExpanded(openAtFirst(value))
    setActive(0)
  }
  const rows = useMemo(() => jsonRows(value, expanded), [value, expanded])
  const toggle = (row: JsonRow, open = !row.expanded) => {
    const next = new Set(expanded)
    if (open) next.add(row.id)
    else next.delete(row.id)
    setExpanded(next)
  }
  return {
    rows,
    active: Math.min(active, rows.length - 1),
    setActive,
    toggle,
    expandAll: () => setExpanded(expandableIds(value, MOST_EXPANDED) ?? expanded),
    fold() {
      setExpanded(new Set(['$']))
      setActive(0)
    },
  }
}

function Toolbar({
  value,
  label,
  onExpandAll,
  onFold,
}: {
  value: unknown
  label: string
  onExpandAll: () => void
  onFold: () => void
}) {
  return (
    <div className="json-tools">
      {isBranch(value) && (
        <>
          <Tool label={`Expand all: ${label}`} tip="Expand all" onClick={onExpandAll}>
            <IconFoldDown size={14} aria-hidden />
          </Tool>
          <Tool label={`Collapse: ${label}`} tip="Collapse" onClick={onFold}>
            <IconFoldUp size={14} aria-hidden />
          </Tool>
        </>
      )}
      <CopyAll value={value} label={label} />
    </div>
  )
}

function CopyAll({ value, label }: { value: unknown; label: string }) {
  return (
    <LazyCopy value={value}>
      {(copied, copy) => (
        <Tool label={`Copy: ${label}`} tip={copied ? 'Copied' : 'Copy as JSON'} onClick={copy}>
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </Tool>
      )}
    </LazyCopy>
  )
}

/** Makes the text only when a person copies it, because a large value takes a while. */
function LazyCopy({
  value,
  children,
}: {
  value: unknown
  children: (copied: boolean, copy: () => void) => React.ReactNode
}) {
  const [text, setText] = useState('')
  return (
    <CopyButton value={text}>
      {({ copied }) =>
        children(copied, () => {
          const made = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
          setText(made)
          void navigator.clipboard.writeText(made)
        })
      }
    </CopyButton>
  )
}

function Tool({
  label,
  tip,
  onClick,
  children,
}: {
  label: string
  tip: string
  onClick: () => void
  children: React.ReactNode
}) {
  return (
    <Tooltip label={tip}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function Rows({ rows, active, setActive, toggle, label }: Tree & { label: string }) {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const printing = usePrinting()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: rows.length <= FEW ? FEW : 12,
    ...(printing && { rangeExtractor: ({ count }) => firstOf(Math.min(count, MOST_PRINTED)) }),
  })
  const go = (index: number) => {
    const next = Math.max(0, Math.min(index, rows.length - 1))
    setActive(next)
    virtual.scrollToIndex(next, { align: 'auto' })
  }
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const row = rows[active]
    if (row && move(event.key, { row, rows, active, go, toggle })) event.preventDefault()
  }
  return (
    <div
      ref={ref}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={`${id}-${rows[active]?.id ?? ''}`}
      className="json-rows"
      onKeyDown={press}
    >
      <div style={printing ? {} : { height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <Row
              key={row.id}
              row={row}
              id={`${id}-${row.id}`}
              top={printing ? undefined : start}
              active={index === active}
              onClick={() => {
                setActive(index)
                if (canExpand(row.content)) toggle(row)
              }}
            />
          )
        })}
      </div>
      {printing && rows.length > MOST_PRINTED && (
        <p role="note">
          {rows.length - MOST_PRINTED} more rows are not printed. “Copy as JSON” has all of them.
        </p>
      )}
    </div>
  )
}

const firstOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

function Row({
  row,
  id,
  top,
  active,
  onClick,
}: {
  row: JsonRow
  id: string
  /** Undefined: below the one before it, as on paper. */
  top: number | undefined
  active: boolean
  onClick: () => void
}) {
  const opens = canExpand(row.content)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys, as WAI-ARIA has it for trees.
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, and names the active row.
    <div
      role="treeitem"
      id={id}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={opens ? row.expanded : undefined}
      aria-selected={active}
      className="json-row"
      style={{
        ...(top !== undefined && { transform: `translateY(${top}px)` }),
        paddingLeft: 4 + (row.level - 1) * 14,
      }}
      onClick={onClick}
    >
      <IconChevronRight
        size={14}
        aria-hidden
        className={row.expanded ? 'json-twist open' : 'json-twist'}
        visibility={opens ? undefined : 'hidden'}
      />
      <JsonRowContent row={row} />
    </div>
  )
}

interface Moving {
  row: JsonRow
  rows: readonly JsonRow[]
  active: number
  go(index: number): void
  toggle(row: JsonRow, open?: boolean): void
}

/** The keys of a tree (WAI-ARIA Authoring Practices). @returns whether the key was one of them. */
function move(key: string, { row, rows, active, go, toggle }: Moving): boolean {
  switch (key) {
    case 'ArrowDown':
      go(active + 1)
      return true
    case 'ArrowUp':
      go(active - 1)
      return true
    case 'Home':
      go(0)
      return true
    case 'End':
      go(rows.length - 1)
      return true
    case 'ArrowRight':
      if (row.expanded) go(active + 1)
      else if (canExpand(row.content)) toggle(row, true)
      return true
    case 'ArrowLeft':
      if (row.expanded) toggle(row, false)
      else if (row.parent !== undefined)
        go(rows.findLastIndex((it, at) => at < active && it.id === row.parent))
      return true
    case 'Enter':
    case ' ':
      if (canExpand(row.content)) toggle(row)
      return true
    default:
      return false
  }
}
