import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../../api/problem.ts'
import { Dialog } from '../../dialogs/dialog.tsx'
import { NotLoaded } from '../../feedback/not-loaded.tsx'
import { notify } from '../../feedback/notify.ts'
import { FormProblem } from '../../forms/form-problem.tsx'
import { useSubmission } from '../../forms/use-submission.ts'
import {
  AutomationVersionsDocument,
  type AutomationVersionsQuery,
  RestoreAutomationVersionDocument,
  VersionContentDocument,
} from '../../gql/graphql.ts'
import { TimeAgo } from '../../time/time-ago.tsx'
import { draftOf } from '../draft/draft.ts'
import type { EditorState } from '../state/use-editor-state.ts'
import { VersionDiff } from './version-diff.tsx'

type Edge = NonNullable<AutomationVersionsQuery['automation']>['versions']['edges'][number]

/** Lists who saved what when, shows what was different, and goes back. */
export function VersionsDialog({ state, onClose }: { state: EditorState; onClose: () => void }) {
  const id = state.saved?.id ?? ''
  const [answer, reload] = useQuery({
    query: AutomationVersionsDocument,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const edges = answer.data?.automation?.versions.edges
  const [chosen, choose] = useState<number>()
  const index = edges?.findIndex(({ node }) => node.version === chosen) ?? -1
  return (
    <Dialog onClose={onClose} title="Versions" size="xl" keepsTyped>
      {!edges && <NotLoaded answer={answer} reload={reload} />}
      {edges?.length === 0 && <Text size="sm">Versions are kept from the next time it is saved.</Text>}
      {edges && edges.length > 0 && (
        <div className="versions">
          <ul className="version-list" aria-label="Versions">
            {edges.map(({ node }, place) => (
              <li key={node.version}>
                <VersionButton
                  version={node}
                  runs={place === 0}
                  chosen={node.version === chosen}
                  onChoose={() => choose(node.version)}
                />
              </li>
            ))}
          </ul>
          {index > 0 ? (
            <EarlierVersion key={chosen} state={state} edges={edges} index={index} onClose={onClose} />
          ) : (
            <Text size="sm" c="dimmed">
              {index === 0 ? 'This one runs.' : 'Choose a version to see what was different.'}
            </Text>
          )}
        </div>
      )}
    </Dialog>
  )
}

function VersionButton({
  version: { version, savedAt, savedBy, restoredFrom },
  runs,
  chosen,
  onChoose,
}: {
  version: Edge['node']
  runs: boolean
  chosen: boolean
  onChoose: () => void
}) {
  return (
    <UnstyledButton className="version" aria-pressed={chosen} onClick={onChoose}>
      <Text size="sm" fw={500}>
        Version {version}
        {runs && ', runs now'}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <TimeAgo at={savedAt} />
      </Text>
      <Text size="xs" c="dimmed">
        {savedBy ?? 'Nobody knows who saved it'}
        {restoredFrom !== null && `, brought back version ${restoredFrom}`}
      </Text>
    </UnstyledButton>
  )
}

function EarlierVersion({
  state,
  edges,
  index,
  onClose,
}: {
  state: EditorState
  edges: readonly Edge[]
  index: number
  onClose: () => void
}) {
  const { saved, dirty } = state
  const id = saved?.id ?? ''
  const [answer, reload] = useQuery({
    query: VersionContentDocument,
    variables: { id, after: edges[index - 1]?.cursor ?? null },
  })
  const { busy, problem, goBack } = useGoBack(state, onClose)
  const found = answer.data?.automation?.versions.edges[0]?.node
  if (!found || !saved) return <NotLoaded answer={answer} reload={reload} />
  const [then, now] = [draftOf(found.content), draftOf(saved)]
  const isSigned = JSON.stringify(then.hookSignature) !== JSON.stringify(now.hookSignature)
  return (
    <Stack gap="sm" className="version-detail">
      <Text size="sm">
        From version {saved.version}, which runs now, back to version {found.version}:
      </Text>
      <VersionDiff from={now} to={isSigned ? { ...then, hookSignature: now.hookSignature } : then} />
      {isSigned && <Text size="sm">The signature of the hook was another one. It stays as it is now.</Text>}
      {dirty && <Text size="sm">Save or discard your changes before you go back.</Text>}
      <FormProblem problem={problem} />
      <Group justify="flex-end">
        <Button onClick={() => goBack(found.version)} loading={busy} disabled={dirty}>
          Go back to version {found.version}
        </Button>
      </Group>
    </Stack>
  )
}

function useGoBack(state: EditorState, onClose: () => void) {
  const client = useClient()
  const { busy, problem, send } = useSubmission()
  const goBack = (restore: number) =>
    send(async () => {
      const { id = '', version = 0 } = state.saved ?? {}
      const input = { id, version, restore }
      const answer = await client.mutation(RestoreAutomationVersionDocument, { input }).toPromise()
      const result = answer.data?.restoreAutomationVersion
      if (result?.__typename !== 'RestoreAutomationVersionSuccess') return problemIn(answer)
      state.load(result.automation)
      onClose()
      notify(`Version ${restore} is back, as version ${result.automation.version}.`)
      return undefined
    })
  return { busy, problem, goBack }
}
