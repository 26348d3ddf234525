import { Notice } from '../feedback/notice.tsx'
import { useAdmins } from '../workspaces/use-admins.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

const MOST_NAMES = 3
const anyOf = new Intl.ListFormat('en', { type: 'disjunction' })

/** Why a member cannot edit, and who can. */
export function ReadOnlyNotice() {
  const workspace = useWorkspace().id
  const names = anyOf.format(useAdmins(workspace, MOST_NAMES))
  return (
    <Notice>
      You can use every secret in your automations. Only admins add, change and delete them
      {names && `: ask ${names}`}.
    </Notice>
  )
}
