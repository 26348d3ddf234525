import { Group } from '@mantine/core'
import { IconBolt, IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { memo, useCallback, useDeferredValue, useState } from 'react'
import { useQuery } from 'urql'
import { EmptyState } from '../feedback/empty-state.tsx'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { SearchField } from '../forms/search-field.tsx'
import { useSettled } from '../forms/use-settled.ts'
import { AutomationsDocument, type AutomationsQuery } from '../gql/graphql.ts'
import { useLookAgain } from '../lists/use-look-again.ts'
import { ButtonLink } from '../routing/link.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { AutomationRow } from './automation-row.tsx'

const route = getRouteApi('/signed-in/w/$workspace/automations')

// In milliseconds.
const LOOK_AGAIN = 5000

const PAGE_LENGTH = 50

export function AutomationsPage() {
  const { search = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const [text, setText] = useState(search)
  const { page, answer, reload } = useAutomations(text)
  const type = (typed: string) => {
    setText(typed)
    // Each letter would be too many steps back. What is found by another text begins at its first page.
    void navigate({ search: typed === '' ? {} : { search: typed }, replace: true, resetScroll: false })
  }
  const isNew = page?.totalCount === 0 && text === ''
  return (
    <Page
      title="Automations"
      lead="Steps that run one after the other: by hand, by a webhook or on a schedule."
      actions={<NewAutomationButton />}
    >
      {page && !isNew && (
        <SearchField
          label="Search automations by name"
          placeholder="Search by name"
          text={text}
          onChange={type}
        />
      )}
      {!page && <NotLoaded answer={answer} reload={reload} />}
      {isNew && <NoAutomations />}
      {page && page.edges.length > 0 && <AutomationList page={page} onChanged={reload} />}
      {page?.edges.length === 0 && !isNew && <p role="status">No name contains “{text.trim()}”.</p>}
      {page && <OtherPages {...page.pageInfo} />}
    </Page>
  )
}

type AutomationsOfPage = AutomationsQuery['automationsConnection']

/** The page that the address names, of what the text finds. During another search it is that of the last one. */
function useAutomations(text: string) {
  const { id: workspace } = useWorkspace()
  const { after, before } = route.useSearch()
  const place = before === undefined ? { first: PAGE_LENGTH, after } : { last: PAGE_LENGTH, before }
  const variables = { workspace, search: useSettled(text).trim(), ...place }
  const [answer, look] = useQuery({ query: AutomationsDocument, variables })
  useLookAgain(look, LOOK_AGAIN)
  const [known, setKnown] = useState(answer.data)
  if (answer.data && answer.data !== known) setKnown(answer.data)
  // The rows are drawn in pieces, so that none of them holds up what a person types.
  const page = useDeferredValue(known?.automationsConnection, undefined)
  const reload = useCallback(() => look({ requestPolicy: 'network-only' }), [look])
  return { page, answer, reload }
}

const AutomationList = memo(function AutomationList({
  page,
  onChanged,
}: {
  page: AutomationsOfPage
  onChanged: () => void
}) {
  return (
    <ul className="rows" aria-label="Automations">
      {page.edges.map(({ node }) => (
        <AutomationRow key={node.id} automation={node} onChanged={onChanged} />
      ))}
    </ul>
  )
})

function OtherPages({ hasPreviousPage, hasNextPage, startCursor, endCursor }: AutomationsOfPage['pageInfo']) {
  const { search } = route.useSearch()
  const { id: workspace } = useWorkspace()
  const found = search === undefined ? {} : { search }
  const to = { to: '/w/$workspace/automations', params: { workspace }, variant: 'default' } as const
  return (
    <Group>
      {hasPreviousPage && startCursor !== null && (
        <ButtonLink {...to} search={{ ...found, before: startCursor }}>
          Previous {PAGE_LENGTH}
        </ButtonLink>
      )}
      {hasNextPage && endCursor !== null && (
        <ButtonLink {...to} search={{ ...found, after: endCursor }}>
          Next {PAGE_LENGTH}
        </ButtonLink>
      )}
    </Group>
  )
}

function NewAutomationButton() {
  const { id: workspace } = useWorkspace()
  return (
    <ButtonLink
      to="/w/$workspace/automations/new"
      params={{ workspace }}
      leftSection={<IconPlus size={18} aria-hidden />}
    >
      New automation
    </ButtonLink>
  )
}

function NoAutomations() {
  return (
    <EmptyState icon={<IconBolt size={28} stroke={1.4} aria-hidden />} title="No automations yet">
      Make one: for example an HTTP request that carries a secret, started by a webhook.
    </EmptyState>
  )
}
