import type { Problem } from '../api/problem.ts'

/** The value left the page when it was sent, so after a failure it has to come from where it came from. */
export function pasteAgain(problem: Problem | undefined): Problem | undefined {
  return (
    problem && {
      ...problem,
      message: `${problem.message} Nothing was saved; the value has to be pasted again.`,
    }
  )
}
