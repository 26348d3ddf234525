const advice: Readonly<Record<string, string>> = {
  SECRET_NOT_FOUND: 'Add the secret again, or choose another one in the step.',
  SECRET_UNREADABLE:
    'Replace the value of the secret. If several secrets are unreadable, the operator runs `lockstep doctor`.',
  UNKNOWN_VARIABLE: 'Open the step and choose the variable anew. It may be missing in this run’s input.',
  INVALID_FIELD: 'Open the step and correct the field.',
  DESTINATION_NOT_ALLOWED: 'Check the address. If it is right, an admin can allow its host for the secret.',
  TIMEOUT: 'The other side took too long. Try again later, or give the step more time.',
  RESPONSE_TOO_LARGE: 'Ask for less at once, for example by paging.',
  REQUEST_FAILED:
    'Look at what the other side says. If it was away for a moment, let the step try again by itself.',
  INTERRUPTED: 'Look at the other side whether it had its effect, before you run it again.',
  STEP_FAILED: 'Look at what the step says, correct it and run it again.',
}

/** What to do about an error of a run or a step, in one sentence. */
export function adviceFor(code: string): string | undefined {
  return advice[code]
}
