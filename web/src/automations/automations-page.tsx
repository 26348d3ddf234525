import { Button, Group } from '@mantine/core'
import { IconBolt, IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { EmptyState } from '../feedback/empty-state.tsx'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { SearchField } from '../forms/search-field.tsx'
import { AutomationsDocument } from '../gql/graphql.ts'
import { useLookAgain } from '../lists/use-look-again.ts'
import { ButtonLink } from '../routing/link.tsx'
import { Page } from '../workspaces/page.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { AutomationRow } from './automation-row.tsx'

const route = getRouteApi('/signed-in/w/$workspace/automations')

const LOOK_AGAIN = 5000

// As in the document.
const PAGE_LENGTH = 500

export function AutomationsPage() {
  const { id: workspace } = useWorkspace()
  const [search, setText] = useState(route.useSearch().search ?? '')
  const navigate = route.useNavigate()
  const setSearch = (text: string) => {
    setText(text)
    // A person can keep and share it. Each letter would be too many steps back.
    void navigate({ search: text === '' ? {} : { search: text }, replace: true, resetScroll: false })
  }
  const [after, setAfter] = useState<string | undefined>(undefined)
  const variables = { workspace, after }
  const [answer, reload] = useQuery({ query: AutomationsDocument, variables })
  useLookAgain(reload, LOOK_AGAIN)
  const automations = answer.data?.automations
  const wanted = search.trim().toLowerCase()
  const found = automations?.filter(({ name }) => name.toLowerCase().includes(wanted))
  return (
    <Page
      title="Automations"
      lead="Steps that run one after the other: by hand, by a webhook or on a schedule."
      actions={<NewAutomationButton />}
    >
      {automations && automations.length > 0 && (
        <SearchField
          label="Search automations by name"
          placeholder="Search by name"
          text={search}
          onChange={setSearch}
        />
      )}
      {!automations && <NotLoaded answer={answer} reload={reload} />}
      {automations?.length === 0 && !after && <NoAutomations />}
      {found && found.length > 0 && (
        <ul className="rows" aria-label="Automations">
          {found.map((automation) => (
            <AutomationRow
              key={automation.id}
              automation={automation}
              onChanged={() => reload({ requestPolicy: 'network-only' })}
            />
          ))}
        </ul>
      )}
      {found?.length === 0 && automations && automations.length > 0 && (
        <p role="status">No name contains “{search.trim()}”.</p>
      )}
      <Group>
        {after && (
          <Button variant="default" onClick={() => setAfter(undefined)}>
            Back to the first
          </Button>
        )}
        {automations?.length === PAGE_LENGTH && (
          <Button variant="default" onClick={() => setAfter(automations.at(-1)?.id)}>
            Next {PAGE_LENGTH}
          </Button>
        )}
      </Group>
    </Page>
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
