// Headers with a credential of the caller, and headers for Lockstep itself. No step needs them, and members see a
// run's input.
const withheld: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'idempotency-key',
])

/** Whether runs do not get this header of a request to a webhook. @param name in lower case. */
export const isWithheld = (name: string): boolean => withheld.has(name)
