import { QuestionDialog } from '../../dialogs/question-dialog.tsx'
import { useLeaving } from '../../dialogs/use-leaving.ts'

/** Asks before a page with unsaved changes is left. They wait in memory while a person signs in again. */
export function LeaveDialog({ dirty, onDiscard }: { dirty: boolean; onDiscard: () => void }) {
  const { isAsked, stay, leave } = useLeaving(() => dirty)
  return (
    <QuestionDialog
      opened={isAsked}
      title="Leave without saving?"
      leave="Discard and leave"
      onStay={stay}
      onLeave={() => {
        onDiscard()
        leave()
      }}
    >
      Your changes to this automation are not saved.
    </QuestionDialog>
  )
}
