import { Text } from '@mantine/core'
import { type ReactNode, useEffect, useId, useMemo, useRef } from 'react'
import { useSettled } from '../../forms/use-settled.ts'
import type { Spot } from '../draft/destination.ts'
import type { StepEnvironment } from '../draft/known-variables.ts'
import { type InsertTarget, useEditor } from '../state/editor-context.ts'
import { piecesOf } from '../template/pieces.ts'
import { problemsOf } from '../template/problems.ts'
import { remarksOn, type TextForm } from '../template/remarks.ts'
import { TemplateEditor, type TemplateInput } from '../template/template-editor.tsx'
import { FieldFrame, frameAttributes, VariableButton } from './field-frame.tsx'
import { FixButtons } from './fix-buttons.tsx'

/** Milliseconds after the last key. Before that, an expression that is half written is no mistake. */
const UNTIL_FINISHED = 700

export interface TemplateFieldProps {
  label: string
  /** What messages call the field, where the label alone is not clear. */
  name?: string
  value: string
  onChange: (value: string) => void
  environment: StepEnvironment
  acceptsSecrets: boolean
  /** Where in the step the field is. A new secret for it is offered this place as a limit. */
  spot?: Spot
  multiline?: boolean
  mono?: boolean
  required?: boolean
  help?: string | null
  error?: string | undefined
  placeholder?: string
  tools?: ReactNode
  /** Draws the input alone, in a row of others. */
  bare?: boolean
  onPaste?: (text: string) => boolean
  /** What the text has to be in the end: a person is told while it is not. */
  form?: TextForm
}

/**
 * A text with `{{ … }}` in it. Expressions are drawn as chips, completed while a person types, and marked when they
 * are wrong.
 */
export function TemplateField(props: TemplateFieldProps) {
  const { label, name = label, value, environment, acceptsSecrets, required, help, error, bare, spot } = props
  const id = useId()
  const input = useRef<TemplateInput | null>(null)
  const known = useMemo(
    () => ({ scope: { ...environment.scope, label: name, acceptsSecrets }, sections: environment.sections }),
    [environment, name, acceptsSecrets],
  )
  const settled = useSettled(value, UNTIL_FINISHED)
  const problems = useMemo(() => problemsOf(piecesOf(settled), known.scope), [settled, known.scope])
  const takes = acceptsSecrets ? 'everything' : 'no-secrets'
  const insert = (path: string) => input.current?.insertVariable(path)
  const aim = useTarget({ id, label: name, takes, spot, insert })
  const frame = { id, label: bare ? name : label, help, required }
  const attributes = {
    ...frameAttributes(frame, problems.length > 0 || error !== undefined),
    id,
    ...(!props.multiline && { 'aria-multiline': 'false' }),
  }
  const fixes = problems.map((problem) => (
    <FixButtons key={`${problem.start} ${problem.message}`} problem={problem} input={input} spot={spot} />
  ))
  const remarks = useMemo(() => remarksOn(settled, props.form), [settled, props.form])
  const notes = [
    ...fixes,
    ...(error === undefined ? remarks : []).map((remark) => (
      <Text key={remark} size="xs" c="dimmed">
        {remark}
      </Text>
    )),
  ]
  const editor = (
    <TemplateEditor
      ref={input}
      value={value}
      onChange={props.onChange}
      multiline={props.multiline ?? false}
      mono={props.mono}
      environment={known}
      attributes={attributes}
      placeholder={props.placeholder}
      onFocus={aim}
      onPaste={props.onPaste}
    />
  )
  if (bare) {
    return (
      <div className="bare-field">
        {editor}
        <div id={`${id}-problems`} aria-live="polite">
          {notes}
        </div>
      </div>
    )
  }
  return (
    <FieldFrame
      {...frame}
      error={error}
      problems={notes}
      onLabelClick={() => input.current?.focus()}
      tools={
        <span className="field-tools">
          <VariableButton label={name} onOpen={aim} />
          {props.tools}
        </span>
      }
    >
      {editor}
    </FieldFrame>
  )
}

/** @returns a function that makes the field the one that the explorer writes into, until the field is removed. */
export function useTarget(target: InsertTarget): () => void {
  const { setTarget } = useEditor()
  const latest = useRef(target)
  latest.current = target
  const { id } = target
  useEffect(() => () => setTarget((current) => (current?.id === id ? undefined : current)), [id, setTarget])
  return () => {
    const { label, takes, spot } = latest.current
    setTarget({ id, label, takes, spot, insert: (path) => latest.current.insert(path) })
  }
}
