import { useNavigate } from '@tanstack/react-router'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
import {
  AutomationContentDocument,
  type AutomationInput,
  DeleteAutomationDocument,
  DuplicateAutomationDocument,
  PauseAutomationDocument,
  RenameAutomationDocument,
  ResumeAutomationDocument,
  RunAutomationDocument,
  type SaveAutomationDraftInput,
  SaveListedDraftDocument,
} from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { contentOf } from './content.ts'
import type { ListedAutomation } from './listed-automation.ts'

/** What a person can do with an automation of the list. */
export function useAutomationActions({ id, name, pausedAt }: ListedAutomation, onChanged: () => void) {
  const { id: workspace } = useWorkspace()
  const client = useClient()
  const navigate = useNavigate()
  const read = () =>
    client.query(AutomationContentDocument, { id }, { requestPolicy: 'network-only' }).toPromise()
  const create = (content: Omit<AutomationInput, 'workspace'>) =>
    client
      .mutation(DuplicateAutomationDocument, { input: { ...content, workspace, paused: true } })
      .toPromise()
  const saveDraft = (content: Omit<SaveAutomationDraftInput, 'workspace'>) =>
    client.mutation(SaveListedDraftDocument, { input: { ...content, workspace } }).toPromise()
  return {
    async run() {
      const answer = await client.mutation(RunAutomationDocument, { input: { automation: id } }).toPromise()
      const problem = problemIn(answer)
      if (problem) return notifyProblem(problem)
      const result = answer.data?.runAutomation
      if (result?.__typename !== 'RunAutomationSuccess') return
      await navigate({ to: '/w/$workspace/runs/$run', params: { workspace, run: result.run.id } })
    },
    async pauseOrResume() {
      const document = pausedAt === null ? PauseAutomationDocument : ResumeAutomationDocument
      const problem = problemIn(await client.mutation(document, { id }).toPromise())
      if (problem) return notifyProblem(problem)
      notify(pausedAt === null ? `${name} is paused. Nothing starts it.` : `${name} is started again.`)
    },
    /** The copy is paused: with the schedule of the original, both would run. The copy of a draft is a draft. */
    async duplicate() {
      const { data, error } = await read()
      if (!data?.automation) return notifyProblem(problemIn({ data, error }) ?? GONE)
      const { version, draft } = data.automation
      const copy = `${name.slice(0, 190)} (copy)`
      const answer =
        version === 0 && draft
          ? await saveDraft({ ...contentOf(draft.content), name: copy })
          : await create({ ...contentOf(data.automation), name: copy })
      const problem = problemIn(answer)
      if (problem) return notifyProblem(problem)
      notify(version === 0 ? `${copy} was made, as a draft.` : `${copy} was made. It is paused.`)
      onChanged()
    },
    /** With a draft, that is called so too: otherwise the old name would come back with it. */
    async rename(next: string): Promise<Problem | undefined> {
      const { data, error } = await read()
      if (!data?.automation) return problemIn({ data, error }) ?? GONE
      const { version, draft, name: before } = data.automation
      // What was read is in the row from now on, so that the next attempt knows of it.
      const now = version === 0 && draft ? draft.content.name : before
      if (now !== name) return { code: 'CONFLICT', message: renamedTo(now), canRetry: false }
      if (version > 0) {
        const input = { ...contentOf(data.automation), id, version, name: next }
        const problem = problemIn(await client.mutation(RenameAutomationDocument, { input }).toPromise())
        if (problem) return problem
      }
      if (!draft || (version > 0 && draft.content.name !== before)) return undefined
      const place = { automation: id, revision: draft.revision }
      return problemIn(await saveDraft({ ...contentOf(draft.content), ...place, name: next }))
    },
    remove: async () => problemIn(await client.mutation(DeleteAutomationDocument, { id }).toPromise()),
  }
}

const renamedTo = (name: string): string =>
  `Someone else has named it ${name} meanwhile. Rename it again to put yours in its place.`

const GONE: Problem = { code: 'NOT_FOUND', message: 'There is no such automation any more.', canRetry: false }
