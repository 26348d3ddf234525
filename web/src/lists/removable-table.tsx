import { ActionIcon, Table, Tooltip, VisuallyHidden } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'

interface Column<Row> {
  title: string
  cell: (row: Row) => ReactNode
  /** Left out where the screen is narrow. */
  wideOnly?: boolean
}

interface Removal<Row> {
  /** What the button of a row does: `Remove`. The button is named by it and by the row. */
  verb: string
  Icon: Icon
  /** Asks before it. */
  dialog: (row: Row, onClose: () => void) => ReactNode
}

/**
 * A table of things that have a name and can be removed, such as people or tokens.
 *
 * @param removal undefined for people who may not remove anything.
 */
export function RemovableTable<Row extends { id: string; name: string }>({
  label,
  rows,
  columns,
  removal,
}: {
  label: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  removal: Removal<Row> | undefined
}) {
  const [leaving, setLeaving] = useState<Row>()
  return (
    <>
      <Table verticalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, wideOnly }) => (
              <Table.Th key={title} {...(wideOnly && { visibleFrom: 'sm' })}>
                {title}
              </Table.Th>
            ))}
            {removal && (
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map(({ title, wideOnly, cell }) => (
                <Table.Td key={title} {...(wideOnly && { visibleFrom: 'sm' })}>
                  {cell(row)}
                </Table.Td>
              ))}
              {removal && (
                <Table.Td ta="right">
                  <RemoveButton {...removal} name={row.name} onClick={() => setLeaving(row)} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {leaving && removal?.dialog(leaving, () => setLeaving(undefined))}
    </>
  )
}

function RemoveButton({
  verb,
  Icon: Sign,
  name,
  onClick,
}: Pick<Removal<never>, 'verb' | 'Icon'> & { name: string; onClick: () => void }) {
  return (
    <Tooltip label={verb}>
      <ActionIcon variant="subtle" color="gray" aria-label={`${verb} ${name}`} onClick={onClick}>
        <Sign size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
