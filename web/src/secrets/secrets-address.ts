/** What the address of the secrets page says besides the workspace. */
export interface SecretsAddress {
  /** The form of a new secret is open, with this name. */
  add?: string
  /** The form of this secret is open. */
  secret?: string
  sort?: string
  show?: string
}
