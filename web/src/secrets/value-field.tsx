import './dialogs.css'
import { ActionIcon, Button, Checkbox, Input, Text } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { GUESSABLE_WARNING } from '../../../src/secret/guessable.ts'
import { canBeGuessed, problemWithValue, remarkOn } from './check-value.ts'
import { type Suggestion, suggestionOf } from './suggestion.ts'

export interface ValueInput {
  /** Gives what was typed, which stays until it is saved. Gives `undefined` when it is refused, and shows why. */
  read(): string | undefined
  /** Gives what was typed, whatever it is. */
  peek(): string
  /** Empties the field, once the value is saved or somewhere else. */
  clear(): void
  focus(): void
}

/**
 * The field for a secret's value. The browser's own field is the only place that holds the value until it is
 * sealed: it is no React state, and has no `name`, so that no form can ever put it into an address.
 *
 * It is a hidden `textarea` and not a password field, because keys of several lines must survive pasting, and
 * because browsers offer to save passwords. It grows by CSS: a component that measures would copy the value.
 */
export function ValueField({
  label,
  ref,
  first,
  hint = '',
  carried,
  onSuggest,
}: {
  label: string
  ref: Ref<ValueInput>
  first?: boolean
  /** What is said of an empty field. */
  hint?: string
  /** A value that was typed elsewhere. It is taken from there at once. */
  carried?: RefObject<string> | undefined
  /** Is told what the form of the value suggests, while a person types. */
  onSuggest?: (suggestion: Suggestion | undefined) => void
}) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [shown, setShown] = useState(false)
  const [remark, setRemark] = useState('')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  /** Whether white space stands around what was typed, as of a line that was copied as a whole. */
  const [isPadded, setIsPadded] = useState(false)
  const guess = useGuess()
  useImperativeHandle(ref, () => ({
    focus: () => area.current?.focus(),
    peek: () => area.current?.value ?? '',
    clear() {
      if (area.current) area.current.value = ''
      setRemark('')
      setIsPadded(false)
      setShown(false)
    },
    read() {
      const value = area.current?.value ?? ''
      const found = problemWithValue(value)
      setProblem(found)
      if (found !== undefined) area.current?.focus()
      return found !== undefined || !guess.isAccepted(value) ? undefined : value
    },
  }))
  const typed = (value: string) => {
    setIsPadded(value !== value.trim() && value.trim() !== '')
    setRemark(remarkOn(value))
    onSuggest?.(suggestionOf(value))
    setProblem(undefined)
    guess.forget()
  }
  const trim = () => {
    if (!area.current) return
    area.current.value = area.current.value.trim()
    typed(area.current.value)
    area.current.focus()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what came with the opening of the dialog.
  useEffect(() => {
    if (!carried || carried.current === '' || !area.current) return
    area.current.value = carried.current
    carried.current = ''
    typed(area.current.value)
  }, [])
  return (
    <Input.Wrapper label={label} id={id} withAsterisk={false}>
      <Input
        component="textarea"
        multiline
        id={id}
        ref={area}
        rows={1}
        classNames={{ input: shown ? 'value-input' : 'value-input hidden-value' }}
        {...keptToItself}
        error={problem !== undefined}
        aria-describedby={`${id}-remark ${id}-problem`}
        data-autofocus={first || undefined}
        onKeyDown={sendOnEnter}
        onInput={(event) => typed(event.currentTarget.value)}
        rightSectionPointerEvents="all"
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={shown ? 'Hide the value' : 'Show the value'}
            onClick={() => setShown(!shown)}
          >
            {shown ? <IconEyeOff size={18} aria-hidden /> : <IconEye size={18} aria-hidden />}
          </ActionIcon>
        }
      />
      <FieldNotes id={id} remark={remark || hint} problem={problem} />
      {isPadded && (
        <Button variant="default" size="compact-xs" mt={4} onClick={trim}>
          Trim
        </Button>
      )}
      {guess.question}
    </Input.Wrapper>
  )
}

/** Takes a value that can be guessed only from a person who says that they know. */
function useGuess() {
  const [asked, setAsked] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  return {
    isAccepted(value: string): boolean {
      if (!canBeGuessed(value) || box.current?.checked) return true
      flushSync(() => setAsked(true))
      box.current?.focus()
      return false
    },
    forget: () => setAsked(false),
    question: asked && (
      <div role="alert">
        <Checkbox ref={box} mt="xs" label="I know that this can be guessed" description={GUESSABLE_WARNING} />
      </div>
    ),
  }
}

/** Both notes are always in the page, so that a screen reader hears them change. */
function FieldNotes({ id, remark, problem }: { id: string; remark: string; problem: string | undefined }) {
  return (
    <>
      <Text id={`${id}-remark`} size="xs" c="dimmed" aria-live="polite" className="field-note">
        {remark}
      </Text>
      <Text id={`${id}-problem`} size="xs" c="var(--mantine-color-error)" role="alert" className="field-note">
        {problem}
      </Text>
    </>
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

/** Sends the form on Enter. A line break that nobody sees would become part of the value, so that it takes Shift. */
function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}
