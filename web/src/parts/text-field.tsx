import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> & {
  label: string
  /** What is asked for, or what will become of it. */
  hint?: ReactNode
  problem?: string | undefined
  /** Names, ids and hosts: set in the fixed-width face, and nothing corrects them. */
  code?: boolean
  first?: boolean
}

/** One line of text with its label, its hint and what is wrong with it. */
export function TextField({ label, hint, problem, code, first, ...rest }: TextFieldProps) {
  const id = useId()
  const plain = code ? { spellCheck: false, autoCapitalize: 'none', autoCorrect: 'off' } : {}
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        {...plain}
        id={id}
        className={code ? 'input code' : 'input'}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint ${id}-problem`}
        data-first={first}
      />
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  )
}

/** What stands below a field. Both are always in the page, so that a screen reader hears them change. */
export function FieldNotes({
  id,
  hint,
  problem,
}: {
  id: string
  hint: ReactNode
  problem: string | undefined
}) {
  return (
    <>
      <div id={`${id}-hint`} className="hint" aria-live="polite">
        {hint}
      </div>
      <div id={`${id}-problem`} className="problem" role="alert">
        {problem}
      </div>
    </>
  )
}
