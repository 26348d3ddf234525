import { Select } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { useSettled } from '../forms/use-settled.ts'
import { AutomationNameDocument, AutomationNamesDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'

/** Chooses one automation of any number: the names that fit what is typed come from the API. @param automation its id. */
export function AutomationFilter({
  automation,
  onChange,
}: {
  automation: string | undefined
  onChange: (id: string | null) => void
}) {
  const { id: workspace } = useWorkspace()
  const [typed, setTyped] = useState('')
  const [{ data: named }] = useQuery({
    query: AutomationNameDocument,
    variables: { id: automation ?? '' },
    pause: automation === undefined,
  })
  const chosen = automation === undefined ? undefined : (named?.automation ?? undefined)
  const settled = useSettled(typed.trim())
  // What is chosen stands in the field as well, and is no search.
  const search = settled === '' || settled === chosen?.name.trim() ? null : settled
  const [{ data: found }] = useQuery({ query: AutomationNamesDocument, variables: { workspace, search } })
  const automations = found?.automationsConnection.edges.map(({ node }) => node) ?? []
  const all = new Map([...automations, ...(chosen ? [chosen] : [])].map((it) => [it.id, it.name]))
  return (
    <Select
      aria-label="Automation"
      placeholder="All automations"
      nothingFoundMessage="No such automation."
      value={automation ?? null}
      onChange={onChange}
      searchable
      clearable
      // By default it is for the mouse alone.
      clearButtonProps={{ 'aria-label': 'All automations', 'aria-hidden': false, tabIndex: 0 }}
      searchValue={typed}
      onSearchChange={setTyped}
      // The API has searched.
      filter={({ options }) => options}
      data={[...all].map(([value, label]) => ({ value, label }))}
      maxDropdownHeight={320}
      maw={260}
    />
  )
}
