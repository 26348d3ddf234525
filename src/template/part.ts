import type { ExactNumber } from '../exact-json.ts'

/** One piece of a template. `start` and `end` are positions in the source, `end` exclusive. */
export type Part = TextPart | ExpressionPart

/** Literal text, in which `\{{` already stands for `{{`. */
interface TextPart {
  kind: 'text'
  text: string
  start: number
  end: number
}

export interface ExpressionPart {
  kind: 'expression'
  expression: Expression
  start: number
  end: number
}

/** A path and the filters its value goes through, first to last. */
export interface Expression {
  path: Path
  filters: readonly FilterCall[]
}

/** Where a value is found: a root, and the keys and indexes that lead down from it. */
export interface Path {
  root: Root
  keys: readonly (string | number)[]
  start: number
  end: number
}

export interface FilterCall {
  name: string
  args: readonly Argument[]
  start: number
  end: number
}

/** A path, or a literal. */
export type Argument = Path | Literal

export type Literal = string | number | ExactNumber

export const isPath = (argument: Argument): argument is Path =>
  typeof argument === 'object' && 'root' in argument

export const roots = ['secrets', 'trigger', 'steps'] as const
type Root = (typeof roots)[number]
