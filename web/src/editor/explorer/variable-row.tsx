import { ActionIcon } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Variable } from '../../../../src/template/variables.ts'
import { childrenOf } from '../template/nested-variables.ts'
import { samplePreview } from '../template/sample-preview.ts'

/** One variable with its sample. The row opens to show what is inside the variable. */
export function VariableRow({
  variable: { path, sample },
  label,
  expandable,
  disabled,
  onInsert,
}: {
  variable: Variable
  label: string
  expandable: boolean
  disabled: boolean
  onInsert: (path: string) => void
}) {
  const [open, setOpen] = useState(false)
  const children = expandable ? childrenOf(path, sample) : []
  const preview = samplePreview(sample)
  return (
    <li>
      <div className="variable-line">
        {children.length > 0 && (
          <ActionIcon
            variant="transparent"
            color="gray"
            size={18}
            aria-label={`${open ? 'Close' : 'Open'} ${path}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={14} className={open ? 'turned' : undefined} aria-hidden />
          </ActionIcon>
        )}
        <button
          type="button"
          className="variable"
          title={path}
          aria-label={preview ? `${path}, such as ${preview}` : path}
          disabled={disabled}
          onMouseDown={keepCaret}
          onClick={() => onInsert(path)}
        >
          <span className="variable-name">{label}</span>
          {preview && <span className="variable-sample">{preview}</span>}
        </button>
      </div>
      {open && (
        <ul className="variable-parts">
          {children.map((it) => (
            <VariableRow
              key={it.path}
              variable={it}
              label={it.label}
              expandable
              disabled={disabled}
              onInsert={onInsert}
            />
          ))}
        </ul>
      )}
    </li>
  )
}

/** Keeps the focus in the field, so that the person still sees the caret. */
export function keepCaret(event: React.MouseEvent): void {
  event.preventDefault()
}
