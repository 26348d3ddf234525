/** A secret that a field could refer to instead of holding its value. */
export interface SuggestedSecret {
  /** In the spelling of secrets. The person may choose another name. */
  readonly name: string
  /** Absent when the command names a shell variable instead. */
  readonly value?: string
}

/** Something that looks like a credential, and its place in the fields. */
export interface Credential {
  /** For people, such as `header Authorization`. */
  readonly label: string
  readonly place: Place
  /** The position in the text of the field, as it is given. */
  readonly start: number
  readonly end: number
  /** One secret, or the user name and the password of `basic`. */
  readonly secrets: readonly SuggestedSecret[]
  /** Whether it is a JSON string with its quotes, in a body that the step treats as plain text. */
  readonly isJson?: boolean
  /** The filter `basic` makes the whole header. This is the password if no secret holds it. */
  readonly basic?: { readonly password?: string }
}

/** The text that contains the credential. */
export type Place =
  | { readonly field: 'url' | 'body' }
  | { readonly field: 'headers' | 'form'; readonly row: number }

export type Found = Omit<Credential, 'secrets'> & {
  readonly secrets: readonly { name: string; value: string }[]
}
