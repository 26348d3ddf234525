import { closeCompletion, completionStatus } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Compartment, EditorState, type Extension, Transaction } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { pageNonce } from '../../layout/page-nonce.ts'
import { chips } from './chips.ts'
import { insertVariable, templateCompletion } from './completion.ts'
import { type Environment, environment } from './environment.ts'

export interface TemplateInput {
  focus(): void
  /** Puts a variable at the caret, as `{{ path }}`, and focuses the field. */
  insertVariable(path: string): void
  replace(start: number, end: number, text: string): void
}

export interface TemplateEditorProps {
  ref?: Ref<TemplateInput> | undefined
  value: string
  onChange: (value: string) => void
  multiline: boolean
  /** Whether the text is shown in a monospaced font. */
  mono?: boolean | undefined
  /** Undefined when the text takes no templates, as code does. */
  environment: Environment | undefined
  attributes: Readonly<Record<string, string>>
  placeholder?: string | undefined
  onFocus?: (() => void) | undefined
  /** Gets what is pasted. @returns whether it has used it, so that it is not put in. */
  onPaste?: ((text: string) => boolean) | undefined
}

/** An editor (CodeMirror) for one template. Its document is the value, character by character. */
export function TemplateEditor(props: TemplateEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [compartments] = useState(() => ({ environment: new Compartment(), attributes: new Compartment() }))
  const view = useRef<EditorView>(undefined)

  useEffect(() => {
    if (!place.current) return
    const created = new EditorView({ parent: place.current, state: initialState(latest, compartments) })
    view.current = created
    return () => {
      view.current = undefined
      created.destroy()
    }
  }, [compartments])

  useEffect(() => {
    const shown = view.current
    if (!shown) return
    const now = shown.state.doc.toString()
    const wanted = normalized(props.value)
    // The value was changed elsewhere, for instance by loading what another person has saved.
    if (now !== wanted) shown.dispatch({ changes: { from: 0, to: now.length, insert: wanted } })
  }, [props.value])

  useEffect(() => {
    const known = props.environment ? environment.of(props.environment) : []
    view.current?.dispatch({ effects: compartments.environment.reconfigure(known) })
  }, [props.environment, compartments])

  // A part of a page that scrolls needs a focusable element, and an editable text does not count as one.
  const attributes = JSON.stringify({ ...props.attributes, tabindex: '0' })
  useEffect(() => {
    const content = EditorView.contentAttributes.of(JSON.parse(attributes))
    view.current?.dispatch({ effects: compartments.attributes.reconfigure(content) })
  }, [attributes, compartments])

  useImperativeHandle(props.ref, () => inputOf(view))
  const kind = `${props.multiline ? 'multiline' : 'single'}${props.mono ? ' mono' : ''}`
  return <div ref={place} className={`template-editor ${kind}`} />
}

interface Compartments {
  environment: Compartment
  attributes: Compartment
}

function initialState(latest: { current: TemplateEditorProps }, compartments: Compartments): EditorState {
  const { value, multiline, environment: known, attributes, placeholder: hint } = latest.current
  return EditorState.create({
    doc: normalized(value),
    extensions: [
      EditorView.cspNonce.of(pageNonce()),
      history(),
      compartments.environment.of(known ? environment.of(known) : []),
      compartments.attributes.of(EditorView.contentAttributes.of({ ...attributes, tabindex: '0' })),
      known ? [chips(), templateCompletion()] : [],
      multiline ? EditorView.lineWrapping : oneLine,
      keymap.of([
        { key: 'Escape', run: closeFirst },
        ...historyKeymap,
        ...(multiline ? defaultKeymap : lineKeymap),
      ]),
      hint ? placeholder(hint) : [],
      EditorView.domEventHandlers({
        focus: () => latest.current.onFocus?.(),
        paste: (event) => latest.current.onPaste?.(event.clipboardData?.getData('text/plain') ?? '') ?? false,
      }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        const text = state.doc.toString()
        if (docChanged && text !== normalized(latest.current.value)) latest.current.onChange(text)
      }),
    ],
  })
}

/** Escape closes the completion only. A dialog around the field stays open. */
function closeFirst(view: EditorView): boolean {
  return completionStatus(view.state) !== null && closeCompletion(view)
}

const lineKeymap = defaultKeymap.filter(({ key }) => key !== 'Enter' && key !== 'Mod-Enter')

/** A field of one line removes the line breaks of what is pasted. */
const oneLine: Extension = EditorState.transactionFilter.of((tr) => {
  if (!tr.docChanged || tr.newDoc.lines === 1) return tr
  const text = tr.newDoc.toString()
  const insert = text.replaceAll(/\s*\n\s*/g, text.includes(' ') ? ' ' : '').trimEnd()
  const change = {
    changes: { from: 0, to: tr.startState.doc.length, insert },
    selection: { anchor: insert.length },
  }
  const userEvent = tr.annotation(Transaction.userEvent)
  return userEvent === undefined ? change : { ...change, userEvent }
})

/** Line breaks as CodeMirror keeps them. */
const normalized = (text: string): string => text.replaceAll(/\r\n?/g, '\n')

function inputOf(view: { current: EditorView | undefined }): TemplateInput {
  return {
    focus: () => view.current?.focus(),
    insertVariable(path) {
      if (!view.current) return
      insertVariable(view.current, path)
      view.current.focus()
    },
    replace(start, end, text) {
      const shown = view.current
      if (!shown) return
      const length = shown.state.doc.length
      const changes = { from: Math.min(start, length), to: Math.min(end, length), insert: text }
      shown.dispatch({ changes, selection: { anchor: changes.from + text.length }, userEvent: 'input' })
      shown.focus()
    },
  }
}
