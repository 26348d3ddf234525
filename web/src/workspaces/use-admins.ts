import { useQuery } from 'urql'
import { AdminsDocument } from '../gql/graphql.ts'

/** The names of the admins of a workspace, so far as they are known. @param most how many of them. */
export function useAdmins(workspace: string, most: number): string[] {
  const [{ data }] = useQuery({ query: AdminsDocument, variables: { workspace } })
  const members = data?.workspace?.membersConnection.edges.map(({ node }) => node) ?? []
  const admins = members.filter(({ role }) => role === 'ADMIN')
  return admins.slice(0, most).map(({ name }) => name)
}
