import { useNavigate } from '@tanstack/react-router'
import { useClient } from 'urql'
import { holdsMark } from '../../../src/secret-mark.ts'
import { problemIn } from '../api/problem.ts'
import { notify, notifyProblem } from '../feedback/notify.ts'
import { useSubmission } from '../forms/use-submission.ts'
import { CancelRunDocument, RestartRunDocument, RunAutomationDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import type { Run } from './run.ts'

/** What a person can do with a run. */
export function useRunActions(run: Run) {
  const client = useClient()
  const navigate = useNavigate()
  const { id: workspace } = useWorkspace()
  const { busy, send } = useSubmission()
  const again = () =>
    send(async () => {
      if (isRedacted(run.input)) {
        notify(
          'A secret stood in the input of this run, so that it cannot be sent again. Start it with a new one.',
        )
        return undefined
      }
      const input = { automation: run.automation.id, input: run.input ?? null }
      const answer = await client.mutation(RunAutomationDocument, { input }).toPromise()
      const problem = problemIn(answer)
      if (problem) notifyProblem(problem)
      const result = answer.data?.runAutomation
      if (result?.__typename === 'RunAutomationSuccess') {
        await navigate({ to: '/w/$workspace/runs/$run', params: { workspace, run: result.run.id } })
      }
      return problem
    })
  /** From the step that failed. */
  const restart = () =>
    send(async () => {
      const answer = await client.mutation(RestartRunDocument, { id: run.id }).toPromise()
      const problem = problemIn(answer)
      if (problem) notifyProblem(problem)
      const result = answer.data?.restartRun
      if (result?.__typename === 'RestartRunSuccess') {
        await navigate({ to: '/w/$workspace/runs/$run', params: { workspace, run: result.run.id } })
      }
      return problem
    })
  const cancel = () =>
    send(async () => {
      const problem = problemIn(await client.mutation(CancelRunDocument, { id: run.id }).toPromise())
      if (problem) notifyProblem(problem)
      else notify('The run is being cancelled.')
      return problem
    })
  return { busy, again, restart, cancel }
}

/** Whether something in the input was redacted, so that it is not what the run was given. */
function isRedacted(input: unknown): boolean {
  return holdsMark(JSON.stringify(input ?? null))
}
