import { useEffect, useState } from 'react'
import { type Client, useClient } from 'urql'
import { networkProblem, type Problem, problemOf } from '../api/problem.ts'
import { RunUpdatedDocument } from '../gql/graphql.ts'

// The API says how a run stands every two seconds, changed or not. After so long without a word (milliseconds) the
// connection is dead even if nobody has said so, as after the computer was asleep.
const SILENCE = 15_000

// Between two attempts (milliseconds): each time twice as long as before.
const FIRST_WAIT = 1000
const LONGEST_WAIT = 30_000

/**
 * Keeps what the cache holds of a run up to date until the run has ended, across lost connections.
 *
 * @returns why it is out of date, and `undefined` while it is not. What can be tried again is being tried again.
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
    tell(problem)
    if (!problem?.canRetry) return
    await untilNextChance(wait, leaving)
    wait = Math.min(2 * wait, LONGEST_WAIT)
  }
}

/** Resolves when no more is to be heard: with the reason, or with nothing when the run has ended. */
function listen(
  client: Client,
  id: string,
  leaving: AbortSignal,
  onNews: () => void,
): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    const over = new AbortController()
    const end = (problem: Problem | undefined) => {
      over.abort()
      resolve(problem)
    }
    const lose = () => end(networkProblem())
    let silence = setTimeout(lose, SILENCE)
    const { unsubscribe } = client
      .subscription(RunUpdatedDocument, { id })
      .subscribe(({ data, error, hasNext }) => {
        clearTimeout(silence)
        if (error) return end(problemOf(error))
        if (!hasNext) return end(data?.runUpdated.finishedAt ? undefined : networkProblem())
        silence = setTimeout(lose, SILENCE)
        onNews()
      })
    const release = () => {
      clearTimeout(silence)
      unsubscribe()
    }
    if (over.signal.aborted) return release()
    over.signal.addEventListener('abort', release)
    leaving.addEventListener('abort', lose, { signal: over.signal })
    // What was open before it is of another network.
    window.addEventListener('online', lose, { signal: over.signal })
  })
}

/** Waits so long (milliseconds), or until there is reason to think that the connection is back. */
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
