import { CommandDialog } from '../../dialogs/command-dialog.tsx'
import type { HookSignature } from '../draft/draft.ts'
import { hookCommand } from './hook-command.ts'

/** A request to the hook as a command, with its signature when it has to be signed. */
export function HookCommandDialog({
  url,
  signature,
  onClose,
}: {
  url: string
  signature: HookSignature | null
  onClose: () => void
}) {
  const { command, variables } = hookCommand(url, signature)
  const notes = signature ? ['openssl computes the signature, over the body in the first line.'] : []
  return (
    <CommandDialog
      title="Call the hook"
      command={command}
      variables={variables}
      notes={notes}
      onClose={onClose}
    />
  )
}
