/** What a form asks a step type for, in the place of its work: what a field may hold, or whether a connection works. */
export type StepAsk = { readonly choices: string } | { readonly check: true }

/** One of the values that a service offers for a field. */
export interface Choice {
  readonly value: string
  /** What people see; by default the value. */
  readonly label?: string
}
