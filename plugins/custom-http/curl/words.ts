/** The arguments of one command, quotes and escapes undone. */
export interface Words {
  readonly words: readonly string[]
  /** What of the text was left out, and why. */
  readonly notes: readonly string[]
}
