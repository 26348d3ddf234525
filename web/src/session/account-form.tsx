import { Button, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { useSession } from './session.tsx'

/** A form after which somebody is signed in. */
export function AccountForm({
  action,
  send,
  onDone,
  children,
}: {
  /** What the button does: `Sign in`. */
  action: string
  /** Gives what is wrong, or nothing; `code` when another step follows. @param read gives what was typed into a field. */
  send: (read: (field: string) => string) => Promise<Problem | 'code' | undefined>
  onDone: () => void
  children: ReactNode
}) {
  const { restart } = useSession()
  const submission = useSubmission()
  const submit = (form: HTMLFormElement) => {
    const typed = new FormData(form)
    submission.send(async () => {
      const found = await send((field) => textOf(typed.get(field)))
      if (found === 'code') return undefined
      if (found) return found
      restart()
      onDone()
      return undefined
    })
  }
  return (
    <Form
      problem={submission.problem}
      onSubmit={submit}
      actions={
        <Button type="submit" loading={submission.busy}>
          {action}
        </Button>
      }
    >
      {children}
    </Form>
  )
}

const textOf = (entry: FormDataEntryValue | null): string => (typeof entry === 'string' ? entry : '')

/** The email address that a person signs in with. @param only the one that an invitation is for. */
export function EmailField({ only }: { only?: string | undefined }) {
  return (
    <TextInput
      label="Email"
      name="email"
      defaultValue={only}
      readOnly={only !== undefined}
      description={only === undefined ? undefined : 'The invitation is for this address alone.'}
      type="email"
      autoComplete="username"
      required
      withAsterisk={false}
    />
  )
}
