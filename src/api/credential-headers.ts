// Header names are in lower case. A signature is none of these: it fits one message, and steps check it.
const CREDENTIAL_NAMES = [
  /(?:^|-)(?:auth|authorization|authentication|cookie2?|jwt|assertion|credentials?|passw(?:or)?d|secret)$/,
  /token$/,
  // Not every key is one: `x-event-key` names what has happened.
  /(?:^|-)(?:api|auth|access|secret|private|client|master|subscription|functions)-?key$/,
]

/**
 * Whether a request header of this name holds a credential of who calls, or of a proxy in between: it would let whoever
 * reads it act as them.
 *
 * @param name in lower case.
 */
export const isCredential = (name: string): boolean => CREDENTIAL_NAMES.some((it) => it.test(name))
