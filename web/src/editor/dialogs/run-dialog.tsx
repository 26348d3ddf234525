import { Button, Stack, Text } from '@mantine/core'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../../api/problem.ts'
import { Dialog } from '../../dialogs/dialog.tsx'
import { DialogActions } from '../../dialogs/dialog-actions.tsx'
import { FormProblem } from '../../forms/form-problem.tsx'
import { useSubmission } from '../../forms/use-submission.ts'
import { RunAutomationDocument } from '../../gql/graphql.ts'
import { useEditor } from '../state/editor-context.ts'
import { TriggerInput, useTypedTrigger } from './trigger-input.tsx'

/**
 * Asks for the trigger and starts a run.
 *
 * @param save saves first what is not saved, and gives the id of the automation; nothing when that was refused.
 */
export function RunDialog({
  unsaved,
  save,
  onClose,
  onStarted,
}: {
  /** What is saved first. */
  unsaved: 'changes' | 'draft' | undefined
  save: () => Promise<string | Problem | undefined>
  onClose: () => void
  onStarted: (run: string, automation: string) => void
}) {
  const { samples } = useEditor()
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const trigger = useTypedTrigger(samples.trigger)
  const run = () => {
    const read = trigger.read()
    if (!read) return
    send(async () => {
      const automation = await save()
      // The page below shows why saving was refused, beside the field.
      if (automation === undefined) onClose()
      if (typeof automation !== 'string') return automation
      const input = { automation, input: read.input }
      const answer = await client.mutation(RunAutomationDocument, { input }).toPromise()
      const started = answer.data?.runAutomation
      if (started?.__typename === 'RunAutomationSuccess') onStarted(started.run.id, automation)
      return problemIn(answer)
    })
  }
  return (
    <Dialog onClose={onClose} title="Run the automation">
      <Stack gap="md">
        {unsaved === 'changes' && <Text size="sm">Your changes are saved first.</Text>}
        {unsaved === 'draft' && <Text size="sm">A draft does not run: it is published first.</Text>}
        <TriggerInput typed={trigger} />
        <FormProblem problem={problem} />
        <DialogActions onCancel={onClose}>
          <Button onClick={run} loading={busy} data-autofocus>
            {unsaved === 'draft' ? 'Publish and run' : unsaved ? 'Save and run' : 'Run'}
          </Button>
        </DialogActions>
      </Stack>
    </Dialog>
  )
}
