import { List, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { DeclaredDestinationsDocument, type DeclaredDestinationsQuery } from '../gql/graphql.ts'
import { Fold } from '../layout/fold.tsx'
import { declaredRows } from './declared-rows.ts'

/** What step types declare of where they send each of their fields, beside the hosts that an admin chooses. */
export function DeclaredDestinations() {
  const [{ data }] = useQuery<DeclaredDestinationsQuery>({ query: DeclaredDestinationsDocument })
  const rows = declaredRows(data?.stepTypes ?? [])
  if (rows.length === 0) return null
  return (
    <Fold label="Where step types send it" open={false}>
      <Text size="xs" c="dimmed">
        These step types use several hosts, and send each field only to its own. A value that such a step
        obtains with the secret goes where the secret may go: name the hosts that need it as well.
      </Text>
      <List size="xs" spacing={2}>
        {rows.map(({ field, goesTo }) => (
          <List.Item key={field}>
            <code>{field}</code> {goesTo}
          </List.Item>
        ))}
      </List>
    </Fold>
  )
}
