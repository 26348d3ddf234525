const advice: Readonly<Record<string, string>> = {
  SECRET_NOT_FOUND: 'Add the secret again, or choose another one in the step.',
  SECRET_UNREADABLE:
    'Replace the value of the secret. If several secrets are unreadable, the operator runs `lockstep doctor`.',
  UNKNOWN_VARIABLE: 'Open the step and choose the variable anew. It may be missing in this run’s input.',
  INVALID_FIELD: 'Open the step and correct the field.',
  DESTINATION_NOT_ALLOWED: 'Check the address, and where the secret may go.',
  TIMEOUT: 'The other side took too long. Try again later, or give the step more time.',
  RESPONSE_TOO_LARGE: 'Ask for less at once, for example by paging.',
  REQUEST_FAILED:
    'Look at what the other side says. If it was away for a moment, let the step try again by itself.',
  INTERRUPTED: 'Look at the other side whether it had its effect, before you run it again.',
  STEP_FAILED: 'Look at what the step says, correct it and run it again.',
}

/**
 * What to do about an error of a run or a step, in one sentence.
 *
 * @param output what the step gave, which is the answer of a service when that made it fail.
 */
export function adviceFor(code: string, output: unknown): string | undefined {
  const status = typeof output === 'object' && output !== null ? Reflect.get(output, 'status') : undefined
  return (typeof status === 'number' ? adviceForStatus(status) : undefined) ?? advice[code]
}

/** The status that a service answered with says more than that the request failed. */
function adviceForStatus(status: number): string | undefined {
  if (status === 401 || status === 403)
    return 'The other side did not take the credential. Look whether the secret is still valid there, and where the step puts it.'
  if (status === 404) return 'There is nothing at this address. Check the URL of the step.'
  if (status === 429) return 'It was asked too often. Let the step try again by itself, with a longer delay.'
  if (status >= 400 && status < 500) return 'The other side refused the request. Its answer says why.'
  return status >= 500 ? 'The other side had a fault. Let the step try again by itself.' : undefined
}
