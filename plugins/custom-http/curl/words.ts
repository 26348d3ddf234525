/** The arguments of one command, quotes and escapes undone. */
export interface Words {
  readonly words: readonly string[]
  /** The parts of the text that were left out, and why. */
  readonly notes: readonly string[]
  /** Names of the variables that the shell would have put values of. */
  readonly variables?: readonly string[]
  /** What a here-document or a here-string gives to standard input, which `@-` reads. */
  readonly input?: string | undefined
}
