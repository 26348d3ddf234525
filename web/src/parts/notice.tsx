import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { Button } from './button.tsx'

/** What went wrong with a whole form. Always in the page, so that a screen reader hears it appear. */
export function FormProblem({ problem }: { problem: Problem | undefined }) {
  return (
    <div role="alert" className="form-problem">
      {problem?.message}
    </div>
  )
}

/** In place of something that could not be loaded. */
export function Trouble({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div className="notice trouble" role="alert">
      <p>{problem.message}</p>
      {problem.canRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}

/** Something to know, calmly. */
export function Notice({ children }: { children: ReactNode }) {
  return <div className="notice">{children}</div>
}
