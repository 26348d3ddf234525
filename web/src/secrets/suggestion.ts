import { vendorOf } from '../../../src/secret/vendors.ts'

/** Where a value probably belongs. It is offered to a person and never applied by itself. */
export interface Suggestion {
  /** A sentence that says where it comes from. It holds nothing of a value. */
  reason: string
  hosts: readonly string[]
  places: readonly string[]
  /** An example of a host, for services where each customer has its own. */
  example?: string
}

/** What the form of a value suggests. */
export function suggestionOf(value: string): Suggestion | undefined {
  const vendor = vendorOf(value)
  if (!vendor) return undefined
  const { name, ...suggested } = vendor
  return { reason: `This looks like a value of ${name}.`, ...suggested }
}
