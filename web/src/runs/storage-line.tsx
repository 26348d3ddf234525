import { Text } from '@mantine/core'
import { useQuery } from 'urql'
import { StorageDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { storedInWords } from './stored.ts'

/** What the workspace stores, which is mostly its runs. Nothing until it was measured. */
export function StorageLine() {
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: StorageDocument, variables: { workspace } })
  const storage = data?.workspace?.storage
  if (!storage) return null
  const isTight = (storage.share ?? 0) >= 0.8
  return (
    <Text size="sm" {...(isTight ? { fw: 500 } : { c: 'dimmed' })} role="status">
      {storedInWords(storage)}
    </Text>
  )
}
