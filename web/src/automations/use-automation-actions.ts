import { useNavigate } from '@tanstack/react-router'
import { useClient } from 'urql'
import { type Problem, problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
import {
  AutomationContentDocument,
  DeleteAutomationDocument,
  DuplicateAutomationDocument,
  PauseAutomationDocument,
  RenameAutomationDocument,
  ResumeAutomationDocument,
  RunAutomationDocument,
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
    /** The copy is paused: with the schedule of the original, both would run. */
    async duplicate() {
      const { data, error } = await read()
      if (!data?.automation) return error && notifyProblem(problemIn({ data, error }) ?? GONE)
      const content = contentOf(data.automation)
      const input = { ...content, workspace, name: `${name.slice(0, 190)} (copy)`, paused: true }
      const answer = await client.mutation(DuplicateAutomationDocument, { input }).toPromise()
      const problem = problemIn(answer)
      if (problem) return notifyProblem(problem)
      notify(`${input.name} was made. It is paused.`)
      onChanged()
    },
    async rename(next: string): Promise<Problem | undefined> {
      const { data, error } = await read()
      if (!data?.automation) return problemIn({ data, error }) ?? GONE
      const { version } = data.automation
      const input = { ...contentOf(data.automation), id, version, name: next }
      return problemIn(await client.mutation(RenameAutomationDocument, { input }).toPromise())
    },
    remove: async () => problemIn(await client.mutation(DeleteAutomationDocument, { id }).toPromise()),
  }
}

const GONE: Problem = { code: 'NOT_FOUND', message: 'There is no such automation any more.', canRetry: false }
