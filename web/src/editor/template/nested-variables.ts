import { partsOf, type Variable, type VariableGroup } from '../../../../src/template/variables.ts'

/** At most this many parts of one variable are shown. */
export const MOST_CHILDREN = 100

/** What is inside a variable, as far as its sample shows. */
export function childrenOf(path: string, sample: unknown): Variable[] {
  return partsOf(path, sample, MOST_CHILDREN)
}

const MOST_FLAT = 400
const DEEPEST = 5

/** All variables of a section, each once. Variables inside others come after them. */
export function flattened({ kind, variables }: VariableGroup): Variable[] {
  if (kind === 'SECRETS') return [...variables]
  const found = new Map<string, Variable>()
  let level = [...variables]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.size < MOST_FLAT; depth += 1) {
    for (const it of level) if (!found.has(it.path)) found.set(it.path, it)
    level = level.flatMap(({ path, sample }) => childrenOf(path, sample)).slice(0, MOST_FLAT)
  }
  return [...found.values()].slice(0, MOST_FLAT)
}
