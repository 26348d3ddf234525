import './editor.css'
import { Skeleton, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useQuery } from 'urql'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { type EditedAutomationFragment, EditorAutomationDocument, StepTypesDocument } from '../gql/graphql.ts'
import { PageHeading } from '../layout/page-heading.tsx'
import { Link } from '../routing/link.tsx'
import { useViewer } from '../session/session.tsx'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { AutomationEditor } from './automation-editor.tsx'
import { draftKey, keptDraft } from './draft/kept-drafts.ts'
import { stepTypesOf } from './draft/step-types.ts'

export function NewAutomationPage() {
  return <Loaded automation={undefined} />
}

export function AutomationPage() {
  const { automation: id } = useParams({ from: '/signed-in/w/$workspace/automations/$automation' })
  return <SavedAutomation key={id} id={id} />
}

function SavedAutomation({ id }: { id: string }) {
  const key = draftKey(useViewer().id, useWorkspace().id, id)
  const [answer, reload] = useQuery({ query: EditorAutomationDocument, variables: { id } })
  // An automation that was just created is kept in memory before the API is asked for it.
  const automation = answer.data?.automation ?? keptDraft(key)?.saved
  if (automation?.id === id) return <Loaded automation={automation} />
  if (!answer.fetching && !answer.error) return <NoSuchAutomation />
  return <NotLoaded answer={answer} reload={reload} skeleton={<EditorSkeleton />} />
}

function NoSuchAutomation() {
  const { id } = useWorkspace()
  return (
    <div className="page">
      <PageHeading text="There is no such automation" />
      <Text c="dimmed" my="sm">
        It may have been deleted.
      </Text>
      <Link to="/w/$workspace/automations" params={{ workspace: id }}>
        Go to the automations
      </Link>
    </div>
  )
}

/** Loads the step types first, because every form is drawn from them. */
function Loaded({ automation }: { automation: EditedAutomationFragment | undefined }) {
  const [answer, reload] = useQuery({ query: StepTypesDocument })
  const types = useMemo(() => answer.data && stepTypesOf(answer.data), [answer.data])
  if (types) return <AutomationEditor loaded={automation} types={types} />
  return <NotLoaded answer={answer} reload={reload} skeleton={<EditorSkeleton />} />
}

function EditorSkeleton() {
  return (
    <div className="page wide" aria-busy="true">
      <Skeleton height={36} width={320} mb="lg" />
      <div className="editor-columns">
        <Stack gap="xs">
          <Skeleton height={36} />
          <Skeleton height={44} />
          <Skeleton height={44} />
        </Stack>
        <Stack gap="md">
          <Skeleton height={24} width={200} />
          <Skeleton height={36} />
          <Skeleton height={36} />
          <Skeleton height={120} />
        </Stack>
      </div>
    </div>
  )
}
