import { ActionIcon, Button, Input } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import type { FieldProps } from './field-props.ts'
import { TemplateField } from './template-field.tsx'

interface Row {
  /** Known to this page only, because rows have no other identity. */
  id: number
  name: string
  value: string
}

/** A list of names and values. Only the values can hold secrets. */
export function PairsKind({ field, value, onChange, environment, error }: FieldProps) {
  const id = useId()
  const { rows, write } = useRows(value, onChange)
  const list = useRef<HTMLFieldSetElement>(null)
  const set = (row: Row, change: Partial<Row>) =>
    write(rows.map((it) => (it === row ? { ...row, ...change } : it)))
  const add = () => {
    write([...rows, newRow('', '')])
    requestAnimationFrame(() => focusLast(list.current, '[role=textbox]', -2))
  }
  const remove = (row: Row) => {
    write(rows.filter((it) => it !== row))
    requestAnimationFrame(() => focusLast(list.current, 'button', -1))
  }
  return (
    <fieldset className="pairs" ref={list} aria-describedby={`${id}-help ${id}-problems`}>
      <Input.Label component="legend" required={field.required}>
        {field.label}
      </Input.Label>
      {rows.map((row, at) => (
        <div key={row.id} className="pair">
          <TemplateField
            bare
            label="Name"
            name={`${field.label}, name ${at + 1}`}
            placeholder="Name"
            value={row.name}
            onChange={(name) => set(row, { name })}
            environment={environment}
            acceptsSecrets={false}
          />
          <TemplateField
            bare
            label="Value"
            name={`${field.label}, value ${at + 1}`}
            placeholder="Value"
            value={row.value}
            onChange={(written) => set(row, { value: written })}
            environment={environment}
            acceptsSecrets={field.acceptsSecrets}
            spot={{ field: field.name, name: row.name }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={3}
            aria-label={`Remove ${field.label} ${at + 1}`}
            onClick={() => remove(row)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={add}
      >
        {`Add ${rows.length === 0 ? field.label.toLowerCase() : 'another'}`}
      </Button>
      {field.help && <Input.Description id={`${id}-help`}>{field.help}</Input.Description>}
      <div id={`${id}-problems`} aria-live="polite">
        {error && <Input.Error>{error}</Input.Error>}
      </div>
    </fieldset>
  )
}

let lastRow = 0
const newRow = (name: string, value: string): Row => ({ id: ++lastRow, name, value })

/** Rows keep their identity while they are edited, so that the caret stays where it is. */
function useRows(value: unknown, onChange: (value: unknown) => void) {
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(value))
  const [written, setWritten] = useState(value)
  // The value was changed elsewhere: it was loaded again, or filled in from a cURL command.
  if (written !== value) {
    setWritten(value)
    setRows(rowsOf(value))
  }
  const write = (next: readonly Row[]) => {
    const pairs = next.length === 0 ? undefined : next.map(({ name, value: text }) => ({ name, value: text }))
    setRows(next)
    setWritten(pairs)
    onChange(pairs)
  }
  return { rows, write }
}

function rowsOf(value: unknown): Row[] {
  if (!Array.isArray(value)) return []
  return value.map((row: unknown) => newRow(textAt(row, 'name'), textAt(row, 'value')))
}

function textAt(row: unknown, key: 'name' | 'value'): string {
  const text: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, key) : undefined
  return typeof text === 'string' ? text : ''
}

function focusLast(list: HTMLElement | null, selector: string, at: number): void {
  const found = [...(list?.querySelectorAll<HTMLElement>(selector) ?? [])]
  found.at(at)?.focus()
}
