import { useState } from 'react'
import { flushSync } from 'react-dom'
import type { Problem } from '../api/problem.ts'

/** The state of a form that is sent: whether it is on its way, and what was wrong with the last attempt. */
export interface Submission {
  busy: boolean
  problem: Problem | undefined
  setProblem(problem: Problem | undefined): void
  /** Runs `work`, which gives what is wrong, or nothing. While it runs, another call does nothing. */
  send(work: () => Promise<Problem | undefined>): void
}

export function useSubmission(): Submission {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const send = async (work: () => Promise<Problem | undefined>) => {
    if (busy) return
    const pressed = document.activeElement
    setBusy(true)
    setProblem(undefined)
    try {
      setProblem(await work())
    } finally {
      flushSync(() => setBusy(false))
      // A busy button is disabled and has lost the focus.
      const { activeElement, body } = document
      if (activeElement === body && pressed instanceof HTMLElement) pressed.focus({ preventScroll: true })
    }
  }
  return { busy, problem, setProblem, send: (work) => void send(work) }
}
