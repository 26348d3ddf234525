import { Checkbox, NativeSelect, Text, TextInput } from '@mantine/core'
import type { ImportRow, RowState } from './import-rows.ts'

/** One line of the file: whether it is imported, under which name, and where it may go. */
export function ImportRowFields({
  row,
  state: { replaces, isTwice },
  disabled,
  onChange,
}: {
  row: ImportRow
  state: RowState
  disabled: boolean
  onChange: (row: ImportRow) => void
}) {
  const { key, name, chosen, fault, remark, where, hosts, problem } = row
  const shown = name === '' ? key : name
  const wrong = problem ?? (isTwice ? `${name} is chosen twice. Leave one out.` : undefined)
  return (
    <li className="import-row">
      <Checkbox
        className="import-choice"
        label={<code>{shown}</code>}
        aria-label={`Import ${shown}`}
        checked={chosen}
        disabled={disabled || fault !== undefined}
        onChange={(event) => onChange({ ...row, chosen: event.currentTarget.checked })}
      />
      <span className="import-kind">{fault === undefined && (replaces ? 'Replaces its value' : 'New')}</span>
      {chosen && (
        <div className="import-where">
          <NativeSelect
            size="xs"
            aria-label={`Where ${name} may go`}
            data={[
              { value: 'default', label: byDefault(row, replaces) },
              { value: 'hosts', label: 'Only to these hosts' },
              { value: 'anywhere', label: 'Any public host' },
            ]}
            disabled={disabled}
            value={where}
            onChange={(event) => onChange({ ...row, where: readWhere(event.currentTarget.value) })}
          />
          {where === 'hosts' && (
            <TextInput
              size="xs"
              aria-label={`Hosts for ${name}`}
              placeholder="api.example.com, *.example.com"
              classNames={{ input: 'code-input' }}
              spellCheck={false}
              autoCapitalize="none"
              autoComplete="off"
              disabled={disabled}
              value={hosts}
              onChange={(event) => onChange({ ...row, hosts: event.currentTarget.value })}
            />
          )}
        </div>
      )}
      <Text size="xs" c="dimmed" className="import-note">
        {[name !== '' && key !== name && `${key} in the file.`, fault === undefined && remark]
          .filter(Boolean)
          .join(' ')}
      </Text>
      {(fault ?? wrong) !== undefined && (
        <Text
          size="xs"
          c="var(--mantine-color-error)"
          className="import-note"
          role={fault === undefined ? 'alert' : undefined}
        >
          {fault ?? wrong}
        </Text>
      )}
    </li>
  )
}

function byDefault({ vendorHosts }: ImportRow, replaces: boolean): string {
  if (replaces) return 'As it is now'
  return vendorHosts.length > 0 ? `Only to ${vendorHosts.join(' and ')}` : 'As all new ones'
}

const readWhere = (value: string): ImportRow['where'] =>
  value === 'hosts' || value === 'anywhere' ? value : 'default'
