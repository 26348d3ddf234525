// Header names are in lower case. A signature is none of these: it fits one message, and steps check it.
const CREDENTIAL_NAMES = [
  /(?:^|-)(?:auth|authorization|authentication|cookie2?|jwt|assertion|credentials?|passw(?:or)?d|secret)$/,
  /token$/,
  // Not every key is one: `x-event-key` names what has happened.
  /(?:^|-)(?:api|auth|access|secret|private|client|master|subscription|functions)-?key$/,
]

// It is for Lockstep itself.
const KEY_HEADER = 'idempotency-key'

/**
 * Whether runs do not get this header of a request to a hook. Members see a run's input, so a credential of who calls, or
 * of a proxy in between, must not stand in it: whoever reads it could act as them.
 *
 * @param name in lower case.
 */
export const isWithheld = (name: string): boolean =>
  name === KEY_HEADER || CREDENTIAL_NAMES.some((it) => it.test(name))
