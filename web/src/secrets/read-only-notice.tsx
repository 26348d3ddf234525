import { useQuery } from 'urql'
import { Notice } from '../feedback/notice.tsx'
import { AdminsDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

const MOST_NAMES = 3
const anyOf = new Intl.ListFormat('en', { type: 'disjunction' })

/** Why a member cannot edit, and who can. */
export function ReadOnlyNotice() {
  const workspace = useWorkspace().id
  const [{ data }] = useQuery({ query: AdminsDocument, variables: { workspace } })
  const admins = data?.workspace?.members.filter(({ role }) => role === 'ADMIN') ?? []
  const names = anyOf.format(admins.slice(0, MOST_NAMES).map(({ name }) => name))
  return (
    <Notice>
      You can use every secret in your automations. Only admins add, change and delete them
      {names && `: ask ${names}`}.
    </Notice>
  )
}
