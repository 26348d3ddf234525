import { useState } from 'react'
import { useClient } from 'urql'
import { problemIn } from '../../api/problem.ts'
import { TestStepDocument } from '../../gql/graphql.ts'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { stepInput } from '../draft/draft.ts'
import { useEditor } from './editor-context.ts'

/** What a service offers for a field. */
export interface Choice {
  value: string
  label: string
}

interface AskedStep<T> {
  ask(): void
  busy: boolean
  answer: T | undefined
  problem: string | undefined
}

type Asked = { check: true } | { choicesOf: string }

/**
 * Asks the step type for something in the place of its work, in the worker, with the secrets that the step names.
 *
 * @param values the fields of the step that is asked.
 */
export function useAskedStep<T>(values: Readonly<Record<string, unknown>>, asked: Asked): AskedStep<T> {
  const { draft } = useEditor()
  const workspace = useWorkspace().id
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<T>()
  const [problem, setProblem] = useState<string>()
  const work = async () => {
    const step = draft.steps.find(({ fields }) => fields === values)
    if (!step || busy) return
    setBusy(true)
    setAnswer(undefined)
    setProblem(undefined)
    const input = { workspace, step: stepInput(step), ...asked }
    const result = await client.mutation(TestStepDocument, { input }).toPromise()
    const tested = result.data?.testStep
    const found = tested?.__typename === 'TestStepSuccess' ? tested.result : undefined
    const late = found && found.status !== 'SUCCEEDED' ? 'The service has not answered yet.' : undefined
    setProblem(problemIn(result)?.message ?? found?.error?.message ?? late)
    setAnswer(found?.output as T | undefined)
    setBusy(false)
  }
  return { ask: () => void work(), busy, answer, problem }
}
