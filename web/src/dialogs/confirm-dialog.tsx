import { Button, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Dialog } from './dialog.tsx'
import { DialogActions } from './dialog-actions.tsx'

/** Asks before something that cannot be undone. @param work does it, and gives what went wrong, or nothing. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  onClose,
  work,
}: {
  title: string
  children: ReactNode
  /** What the button does, as a verb: `Remove`. */
  confirm: string
  onClose: () => void
  work: () => Promise<Problem | undefined>
}) {
  const { busy, problem, send } = useSubmission()
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        <div>{children}</div>
        <FormProblem problem={problem} />
        <DialogActions onCancel={onClose} cancelFirst>
          <Button color="red.9" loading={busy} onClick={() => send(work)}>
            {confirm}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  )
}
