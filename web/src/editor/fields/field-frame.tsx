import { ActionIcon, Input, Tooltip } from '@mantine/core'
import { IconVariable } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useEditor } from '../state/editor-context.ts'

export interface FrameProps {
  /** The id of the input. The ids of the other parts begin with it. */
  id: string
  label: string
  required?: boolean | undefined
  help?: string | null | undefined
  error?: string | undefined
  /** More problems, with the buttons that solve them. */
  problems?: ReactNode
  tools?: ReactNode
  onLabelClick?: (() => void) | undefined
  children: ReactNode
}

/** Label, help and problems of one field of a step. */
export function FieldFrame({
  id,
  label,
  required,
  help,
  error,
  problems,
  tools,
  onLabelClick,
  children,
}: FrameProps) {
  return (
    <div className="field">
      <div className="field-head">
        <Input.Label id={`${id}-label`} htmlFor={id} required={required ?? false} onClick={onLabelClick}>
          {label}
        </Input.Label>
        {tools}
      </div>
      {children}
      {help && <Input.Description id={`${id}-help`}>{help}</Input.Description>}
      <div id={`${id}-problems`} aria-live="polite">
        {error && <Input.Error>{error}</Input.Error>}
        {problems}
      </div>
    </div>
  )
}

/** What names and describes the input to a screen reader. */
export function frameAttributes(
  { id, label, help, required }: Pick<FrameProps, 'id' | 'label' | 'help' | 'required'>,
  invalid: boolean,
): Readonly<Record<string, string>> {
  return {
    'aria-label': label,
    'aria-describedby': [help && `${id}-help`, `${id}-problems`].filter(Boolean).join(' '),
    ...(invalid && { 'aria-invalid': 'true' }),
    ...(required && { 'aria-required': 'true' }),
  }
}

/** Opens the explorer for a field, on screens where it does not stand beside the form. */
export function VariableButton({ label, onOpen }: { label: string; onOpen: () => void }) {
  const { openExplorer } = useEditor()
  if (!openExplorer) return null
  return (
    <Tooltip label="Insert a variable">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Insert a variable into ${label}`}
        onClick={() => {
          onOpen()
          openExplorer()
        }}
      >
        <IconVariable size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
