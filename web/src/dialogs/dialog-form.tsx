import { Button } from '@mantine/core'
import type { ComponentProps } from 'react'
import { Form } from '../forms/form.tsx'
import type { Submission } from '../forms/use-submission.ts'
import { DialogActions } from './dialog-actions.tsx'

/** The form of a dialog. Cancel closes the dialog and sends nothing. */
export function DialogForm({
  submission: { busy, problem },
  submit,
  danger,
  onClose,
  ...form
}: {
  submission: Pick<Submission, 'busy' | 'problem'>
  /** What the button does, as a verb: `Save`. */
  submit: string
  /** What the button does cannot be undone. */
  danger?: boolean
  onClose: () => void
} & Pick<ComponentProps<typeof Form>, 'onSubmit' | 'gap' | 'noValidate' | 'children'>) {
  return (
    <Form
      {...form}
      problem={problem}
      actions={
        <DialogActions onCancel={onClose}>
          <Button type="submit" loading={busy} {...(danger && { color: 'red.9' })}>
            {submit}
          </Button>
        </DialogActions>
      }
    />
  )
}
