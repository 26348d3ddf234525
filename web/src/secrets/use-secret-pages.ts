import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { type Problem, problemOf } from '../api/problem.ts'
import { SecretsDocument } from '../gql/graphql.ts'
import type { SecretSummary } from './secret-summary.ts'

const PAGE_LENGTH = 100
// Where all are needed. Longer ones would make a task of over 50 ms in the browser.
const LONG_PAGE = 250
// The most names that the API gives at once.
const LONGEST_PAGE = 5000

/** The names that are loaded so far. */
interface Loaded {
  search: string
  secrets: readonly SecretSummary[]
  /** Whether there are no more. */
  complete: boolean
  /** Where the next page begins. */
  next: Place
}

/** The ends of what is loaded, of the names and of their policies. */
interface Place {
  after: string | null
  policiesAfter: string | null
}

const START: Place = { after: null, policiesAfter: null }

export interface SecretPages {
  /**
   * The names that are shown; undefined before the first answer. During another search they are those of the last
   * one.
   */
  loaded: Loaded | undefined
  busy: boolean
  problem: Problem | undefined
  loadMore(): void
  /** Loads what is shown again, for instance after a change. */
  reload(): void
}

/**
 * The names of a workspace's secrets, loaded page by page while a person scrolls. Admins also get what only they know.
 *
 * @param all loads all pages at once: what is sorted by something else than the name has no pages.
 */
export function useSecretPages(
  workspace: string,
  search: string,
  { isAdmin, all }: { isAdmin: boolean; all: boolean },
): SecretPages {
  const client = useClient()
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined)
  const [busy, setBusy] = useState(true)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const newest = useRef(0)

  const load = useCallback(
    async (known: readonly SecretSummary[], place: Place, first: number) => {
      newest.current += 1
      const request = newest.current
      setBusy(true)
      const variables = { workspace, search, first, ...place, policies: isAdmin }
      const { data, error } = await client
        .query(SecretsDocument, variables, { requestPolicy: 'network-only' })
        .toPromise()
      // A later request has replaced this one, so that its answer is no longer for what is shown.
      if (request !== newest.current) return
      setBusy(false)
      setProblem(error && problemOf(error))
      if (!data) return
      const page = data.secretsConnection
      const ofPolicies = data.secretPoliciesConnection
      const policies = new Map(ofPolicies?.edges.map(({ node }) => [node.name, node]))
      const secrets = page.edges.map(({ node }) => ({ ...node, policy: policies.get(node.name) }))
      const next = {
        after: page.pageInfo.endCursor,
        policiesAfter: ofPolicies?.pageInfo.endCursor ?? null,
      }
      setLoaded({ search, secrets: [...known, ...secrets], complete: !page.pageInfo.hasNextPage, next })
    },
    [client, workspace, search, isAdmin],
  )
  useEffect(() => {
    void load([], START, PAGE_LENGTH)
  }, [load])

  const known = loaded?.search === search ? loaded : undefined
  const length = known?.secrets.length ?? 0
  const reload = useCallback(() => {
    void load([], START, Math.min(Math.max(PAGE_LENGTH, length), LONGEST_PAGE))
  }, [load, length])
  const loadMore = () => {
    if (!busy && known && !known.complete) void load(known.secrets, known.next, all ? LONG_PAGE : PAGE_LENGTH)
  }
  useEffect(() => {
    if (all && !problem) loadMore()
  })
  useOnline(reload)
  return { loaded, busy, problem, loadMore, reload }
}

/** Calls back when the browser has a connection again. */
function useOnline(onOnline: () => void): void {
  useEffect(() => {
    window.addEventListener('online', onOnline)
    return () => window.removeEventListener('online', onOnline)
  }, [onOnline])
}
