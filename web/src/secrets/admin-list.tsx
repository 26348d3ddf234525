import { Group, NativeSelect, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useQuery } from 'urql'
import { RowsSkeleton } from '../feedback/skeletons.tsx'
import { SecretUseCountsDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import {
  type Arrangement,
  arranged,
  filterChoices,
  needsAll,
  readArrangement,
  sortChoices,
} from './arranged.ts'
import { SecretList } from './secret-list.tsx'
import type { SecretListProps } from './secret-row.tsx'

/** The list as admins see it: it can be sorted and filtered by what only they know of a secret. */
export function AdminSecretList({
  pages,
  actions,
  arrangement,
}: SecretListProps & { arrangement: Arrangement }) {
  const { loaded } = pages
  const counts = useUseCounts()
  const { sort, show } = readArrangement(arrangement)
  const secrets = useMemo(
    () => loaded && arranged(loaded.secrets, { sort, show }, counts),
    [loaded, sort, show, counts],
  )
  const isReady =
    !needsAll(arrangement) || pages.problem || (loaded?.complete && (show !== 'unused' || counts))
  const shown = loaded && secrets && { ...loaded, secrets }
  return (
    <>
      <Toolbar arrangement={{ sort, show }} />
      {isReady ? <SecretList pages={{ ...pages, loaded: shown }} actions={actions} /> : <RowsSkeleton />}
      {show !== undefined && isReady && (
        <Text role="status" size="sm" c="dimmed">
          {secretsInWords(secrets?.length ?? 0)}
        </Text>
      )}
    </>
  )
}

function secretsInWords(count: number): string {
  if (count === 0) return 'No secret is like this.'
  return count === 1 ? '1 secret is like this.' : `${count} secrets are like this.`
}

function Toolbar({ arrangement: { sort = '', show = '' } }: { arrangement: Arrangement }) {
  const navigate = useNavigate({ from: '/w/$workspace/settings/secrets' })
  const arrange = (next: Arrangement) =>
    void navigate({ search: readArrangement(next), replace: true, resetScroll: false })
  return (
    <Group gap="xs">
      <NativeSelect
        aria-label="Sort"
        size="xs"
        data={sortChoices}
        value={sort}
        onChange={(event) => arrange({ sort: event.currentTarget.value, show })}
      />
      <NativeSelect
        aria-label="Show"
        size="xs"
        data={filterChoices}
        value={show}
        onChange={(event) => arrange({ sort, show: event.currentTarget.value })}
      />
    </Group>
  )
}

/** How many automations name each secret, by its name. A secret that none names is left out. */
function useUseCounts(): ReadonlyMap<string, number> | undefined {
  const workspace = useWorkspace().id
  const [{ data }] = useQuery({
    query: SecretUseCountsDocument,
    variables: { workspace },
    requestPolicy: 'cache-and-network',
  })
  return useMemo(
    () => data && new Map(data.secretUseCounts.map(({ name, automations }) => [name, automations])),
    [data],
  )
}
