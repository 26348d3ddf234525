import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import { IconButton } from '../parts/button.tsx'
import { FieldNotes } from '../parts/text-field.tsx'
import { checkValue, remarkOn } from './check-value.ts'

export interface ValueInput {
  /** What was typed, and empties the field; or `undefined`, and says what is wrong with it. */
  take(): string | undefined
  focus(): void
}

/**
 * The field for a secret's value. The browser's own field is the only place that holds the value until it is
 * sent: it is no React state, and has no `name`, so that no form can ever put it into an address.
 *
 * It is a hidden `textarea` and not a password field, because keys of several lines must survive pasting, and
 * because browsers offer to save passwords.
 */
export function ValueField({ label, ref, first }: { label: string; ref: Ref<ValueInput>; first?: boolean }) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [shown, setShown] = useState(false)
  const [remark, setRemark] = useState('')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  useImperativeHandle(ref, () => ({
    focus: () => area.current?.focus(),
    take() {
      const value = area.current?.value ?? ''
      const found = checkValue(value)
      setProblem(found)
      if (found !== undefined) {
        area.current?.focus()
        return undefined
      }
      if (area.current) area.current.value = ''
      setRemark('')
      setShown(false)
      return value
    },
  }))
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="value">
        <textarea
          id={id}
          ref={area}
          className={shown ? 'input code' : 'input code hidden-value'}
          rows={1}
          {...keptToItself}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          data-first={first}
          onKeyDown={sendOnEnter}
          onInput={(event) => {
            setRemark(remarkOn(event.currentTarget.value))
            setProblem(undefined)
          }}
        />
        <IconButton
          icon={shown ? 'hide' : 'show'}
          label={shown ? 'Hide the value' : 'Show the value'}
          onClick={() => setShown(!shown)}
        />
      </div>
      <FieldNotes id={id} hint={remark} problem={problem} />
    </div>
  )
}

// Keeps the value from spelling services, from the browser's memory of forms, and from the extensions that
// can be asked: password managers and writing assistants.
const keptToItself = {
  autoComplete: 'off',
  autoCapitalize: 'none',
  autoCorrect: 'off',
  spellCheck: false,
  translate: 'no',
  'data-1p-ignore': true,
  'data-bwignore': true,
  'data-lpignore': 'true',
  'data-gramm': 'false',
} as const

/** A line break nobody sees would end up in the value, so only Shift makes one, and pasting. */
function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}
