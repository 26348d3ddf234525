import type { CombinedError } from 'urql'
import type { RefusalFragment } from '../gql/graphql.ts'

/** Why something did not work, in words for the person who sees it. */
export interface Problem {
  code: string
  message: string
  /** For a refused change: the message without its place, and the place. */
  refused?: Pick<RefusalFragment, 'reason' | 'at'>
  /** Whether the same thing may work when it is tried again. */
  canRetry: boolean
}

const unreachable: Problem = {
  code: 'UNREACHABLE',
  message: 'Lockstep could not be reached. Check your connection, then try again.',
  canRetry: true,
}

const broken: Problem = {
  code: 'INTERNAL',
  message: 'Lockstep could not do this because of a problem of its own. Try again in a moment.',
  canRetry: true,
}

const starting: Problem = {
  code: 'UNAVAILABLE',
  message: 'Lockstep is starting, or its database is away. Try again in a moment.',
  canRetry: true,
}

const tooLarge: Problem = {
  code: 'TOO_LARGE',
  message: 'This is more than Lockstep takes at once. Make it smaller.',
  canRetry: false,
}

const outdated: Problem = {
  code: 'OUTDATED',
  message: 'Lockstep was updated. Reload this page to go on.',
  canRetry: false,
}

/** What is wrong with an answer of the API: an error, or the refusal of a change. */
export function problemIn(answer: {
  data?: object | undefined
  error?: CombinedError | undefined
}): Problem | undefined {
  if (answer.error) return problemOf(answer.error)
  for (const result of Object.values(answer.data ?? {})) {
    if (!isRefusal(result)) continue
    const { code, message, reason = message, at = null } = result
    return { code, message, refused: { reason, at }, canRetry: false }
  }
  return undefined
}

export function problemOf(error: CombinedError): Problem {
  const [first] = error.graphQLErrors
  if (first) return problemWithCode(codeOf(first), first.message)
  if (!hasStatus(error.response)) return unreachable
  return problemOfStatus(error.response.status, undefined)
}

/** The problem of an answer that is not GraphQL. It has a status and perhaps `{ code, message }`. */
export function problemOfStatus(status: number, body: unknown): Problem {
  if (status === 503) return starting
  if (status >= 500 && status !== 502) return broken
  if (status === 413) return tooLarge
  if (status === 429) {
    const message = isRefusal(body) ? body.message : 'Too many attempts. Wait a minute, then try again.'
    return { code: 'TOO_MANY', message, canRetry: true }
  }
  // Sign-in says by itself why a provider cannot be used.
  if (status === 502 && isRefusal(body)) return { code: body.code, message: body.message, canRetry: true }
  return isRefusal(body) ? problemWithCode(body.code, body.message) : broken
}

export function isSignedOut(error: CombinedError | undefined): boolean {
  return error?.graphQLErrors.some((it) => codeOf(it) === 'UNAUTHENTICATED') ?? false
}

export function networkProblem(): Problem {
  return unreachable
}

function codeOf({ extensions: { code } }: CombinedError['graphQLErrors'][number]): string {
  return typeof code === 'string' ? code : 'INTERNAL'
}

function problemWithCode(code: string, message: string): Problem {
  switch (code) {
    case 'UNAUTHENTICATED':
      return { code, message: 'You are signed out. Sign in again.', canRetry: false }
    case 'FORBIDDEN':
      return { code, message: 'You may not do this. Ask an admin of the workspace.', canRetry: false }
    case 'PERSISTED_QUERY_NOT_FOUND':
      return outdated
    case 'INTERNAL':
    case 'INTERNAL_SERVER_ERROR':
    case 'DATABASE_UNAVAILABLE':
      return { ...broken, code }
    default:
      return { code, message, canRetry: false }
  }
}

/** Whether a response has a status: urql keeps the response without a type. */
function hasStatus(response: unknown): response is { status: number } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'status' in response &&
    typeof response.status === 'number'
  )
}

function isRefusal(it: unknown): it is Pick<RefusalFragment, 'code' | 'message'> & Partial<RefusalFragment> {
  return (
    typeof it === 'object' &&
    it !== null &&
    'code' in it &&
    typeof it.code === 'string' &&
    'message' in it &&
    typeof it.message === 'string'
  )
}
