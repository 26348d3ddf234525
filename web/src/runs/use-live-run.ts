import { useEffect, useState } from 'react'
import { type Client, useClient } from 'urql'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { RunUpdatedDocument } from '../gql/graphql.ts'

// The API sends the state of a run when it has changed. After this long without one (milliseconds) it is asked again: the
// connection may be lost although the browser reports nothing, for instance after the computer was asleep.
const SILENCE = 15_000

// The time between two attempts (milliseconds). It doubles each time.
const FIRST_WAIT = 1000
const LONGEST_WAIT = 30_000

/**
 * Keeps what the cache holds of a run up to date until the run has ended, across lost connections.
 *
 * @returns why the run is out of date; `undefined` while it is not. After a lost connection the hook tries again.
 */
export function useLiveRun(id: string, running: boolean): Problem | undefined {
  const client = useClient()
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => {
    if (!running) return undefined
    const leaving = new AbortController()
    void follow(client, id, leaving.signal, setProblem)
    return () => leaving.abort()
  }, [client, id, running])
  return running ? problem : undefined
}

async function follow(
  client: Client,
  id: string,
  leaving: AbortSignal,
  tell: (problem: Problem | undefined) => void,
): Promise<void> {
  let wait = FIRST_WAIT
  while (!leaving.aborted) {
    const problem = await listen(client, id, leaving, () => {
      wait = FIRST_WAIT
      tell(undefined)
    })
    if (leaving.aborted) return
    if (problem === 'silent') continue
    tell(problem)
    if (!problem?.canRetry) return
    await untilNextChance(wait, leaving)
    wait = Math.min(2 * wait, LONGEST_WAIT)
  }
}

/**
 * Listens to a run. Resolves when no more will come: with the reason, with `silent` when none came for long, or with nothing when
 * the run has ended.
 */
function listen(
  client: Client,
  id: string,
  leaving: AbortSignal,
  onNews: () => void,
): Promise<Problem | 'silent' | undefined> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const end = (problem: Problem | 'silent' | undefined) => {
      over.abort()
      resolve(problem)
    }
    const lose = () => end(networkProblem())
    const ask = () => end('silent')
    let silence = setTimeout(ask, SILENCE)
    const { unsubscribe } = client
      .subscription(RunUpdatedDocument, { id })
      .subscribe(({ data, error, hasNext }) => {
        clearTimeout(silence)
        if (error) return end(problemOf(error))
        if (!hasNext) return end(data?.runUpdated.finishedAt ? undefined : networkProblem())
        silence = setTimeout(ask, SILENCE)
        onNews()
      })
    const release = () => {
      clearTimeout(silence)
      unsubscribe()
    }
    if (over.signal.aborted) return release()
    over.signal.addEventListener('abort', release)
    leaving.addEventListener('abort', lose, { signal: over.signal })
    // A connection from before belongs to another network.
    window.addEventListener('online', lose, { signal: over.signal })
  })
}

/** Waits for this long (milliseconds), or until the connection is probably back. */
function untilNextChance(wait: number, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const go = () => {
      clearTimeout(timer)
      over.abort()
      resolve()
    }
    const timer = setTimeout(go, wait)
    const { signal } = over
    leaving.addEventListener('abort', go, { signal })
    window.addEventListener('online', go, { signal })
    document.addEventListener('visibilitychange', go, { signal })
  })
}
