import { ExactNumber } from '../../../../src/exact-json.ts'
import { pathsIn, piecesOf } from '../template/pieces.ts'

/** The same data, in which each reference to the step `from` refers to the step `to`. */
export function renameStepIn(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return renameInTemplate(value, from, to)
  if (Array.isArray(value)) return value.map((item: unknown) => renameStepIn(item, from, to))
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value
  const renamed = Object.entries(value).map(([key, item]) => [
    renameInTemplate(key, from, to),
    renameStepIn(item, from, to),
  ])
  return Object.fromEntries(renamed)
}

function renameInTemplate(source: string, from: string, to: string): string {
  if (!source.includes('steps')) return source
  const paths = piecesOf(source)
    .flatMap((piece) => (piece.kind === 'expression' ? pathsIn(piece.expression) : []))
    .filter(({ root, keys }) => root === 'steps' && keys[0] === from)
    .sort((a, b) => b.start - a.start)
  let text = source
  for (const { start, end } of paths) {
    const written = source
      .slice(start, end)
      .replace(/^steps\s*(?:\.[^.[\s]+|\[\s*"[^"]*"\s*\])/, `steps.${to}`)
    text = text.slice(0, start) + written + text.slice(end)
  }
  return text
}

/** The keys of the steps whose output is used in the data. */
export function stepsUsedIn(value: unknown): Set<string> {
  const used = new Set<string>()
  const visit = (it: unknown): void => {
    if (typeof it === 'string') {
      for (const piece of piecesOf(it)) {
        if (piece.kind === 'broken') continue
        for (const { root, keys } of pathsIn(piece.expression))
          if (root === 'steps') used.add(String(keys[0]))
      }
    } else if (typeof it === 'object' && it !== null) {
      for (const [key, item] of Object.entries(it)) {
        visit(key)
        visit(item)
      }
    }
  }
  visit(value)
  return used
}
