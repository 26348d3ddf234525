/** Which automations are shown, so that a person can keep and share it: those with a name, and behind or before which. */
export interface AutomationsAddress {
  search?: string
  after?: string
  before?: string
}

export function readAutomationsAddress({
  search,
  after,
  before,
}: Record<string, unknown>): AutomationsAddress {
  return {
    // A number in an address is read as one.
    ...((typeof search === 'string' || typeof search === 'number') && { search: String(search) }),
    ...(typeof after === 'string' && { after }),
    ...(typeof before === 'string' && { before }),
  }
}
