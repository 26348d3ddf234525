import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

// Imports and exports of values and of types, also in the middle of the code: `import('./curl-dialog.tsx')`.
const STATEMENT =
  /^(?:import|export)\s[^'"`;]*?\sfrom\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm

/** The files of this repository that a file imports, types too, as paths with `/`. */
export function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(STATEMENT)].map((match) => {
    const path = match[1] ?? match[2] ?? match[3] ?? ''
    return relative('.', resolve(dirname(file), path))
      .split(sep)
      .join('/')
  })
}

/** The TypeScript files below a folder that people write. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|[/\\])(dist|node_modules)[/\\]/.test(file))
    .map((file) => join(folder, file).split(sep).join('/'))
}

/** A way of imports that leads back to where it began, for each circle that there is; the first file stands at its end again. */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>()
  const circles: string[][] = []
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file)
    if (at !== -1) circles.push([...way.slice(at), file])
    if (at !== -1 || done.has(file)) return
    for (const next of imports.get(file) ?? []) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return circles
}
