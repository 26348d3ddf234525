import { Text } from '@mantine/core'
import { writeCurl } from '../../../../plugins/custom-http/curl/index.ts'
import { AppError } from '../../../../src/errors.ts'
import { CommandDialog } from '../../dialogs/command-dialog.tsx'
import { Dialog } from '../../dialogs/dialog.tsx'
import type { DraftStep } from '../draft/draft.ts'

const TITLE = 'Copy as cURL'

/** The request of a step as a command, with variables of the shell for its secrets. */
export function CopyCurlDialog({ step, onClose }: { step: DraftStep; onClose: () => void }) {
  const written = writtenOrProblem(step)
  if (typeof written !== 'string') return <CommandDialog title={TITLE} {...written} onClose={onClose} />
  return (
    <Dialog title={TITLE} onClose={onClose}>
      <Text role="alert" size="sm">
        {written}
      </Text>
    </Dialog>
  )
}

function writtenOrProblem({ fields }: DraftStep) {
  try {
    return writeCurl(fields)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `A field of the step cannot be read yet. ${error.message}`
  }
}
