import { Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { FormProblem } from './form-problem.tsx'

/**
 * A form that is sent by code. Its method is `post`, because a browser may send it before the code has loaded. With
 * `get` it would put what is typed into the address, and so into its history and into logs.
 */
export function Form({
  problem,
  onSubmit,
  gap = 'sm',
  noValidate,
  actions,
  children,
}: {
  /** What was wrong with the last attempt. */
  problem: Problem | undefined
  onSubmit: (form: HTMLFormElement) => void
  gap?: 'sm' | 'md'
  /** The form itself shows what is wrong, and not the browser. */
  noValidate?: boolean
  /** The buttons. */
  actions: ReactNode
  children?: ReactNode
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSubmit(event.currentTarget)
  }
  return (
    <form method="post" onSubmit={submit} noValidate={noValidate}>
      <Stack gap={gap}>
        {children}
        <FormProblem problem={problem} />
        {actions}
      </Stack>
    </form>
  )
}
