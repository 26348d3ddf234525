import { readFileSync } from 'node:fs'
import { names } from './environment.ts'
import { AppError } from './errors.ts'

const MAX_BYTES = 64 * 1024
const SUFFIX = '_FILE'

const ours: ReadonlySet<string> = new Set<string>([
  ...names,
  'DATABASE_URL',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'ALL_PROXY',
])

/**
 * Replaces each `NAME_FILE` by `NAME` with what the file holds, as containers are given their secrets. A line break at the end
 * belongs to the file and not to the value. Where `NAME_FILE` is a variable by itself, as `LOCKSTEP_ROOT_KEY_FILE`, it stays.
 *
 * @param env is changed. The processes that are started from here get the values, because an API may read no such file.
 * @throws AppError INVALID_CONFIG with one line for every file that cannot be used; nothing is changed then.
 */
export function readVariableFiles(env: NodeJS.ProcessEnv): void {
  const problems: string[] = []
  const found: [name: string, value: string][] = []
  for (const [variable, path] of Object.entries(env)) {
    const name = variable.slice(0, -SUFFIX.length)
    if (!variable.endsWith(SUFFIX) || !ours.has(name) || ours.has(variable) || !path) continue
    if (env[name]) problems.push(`${name} and ${variable} are set. Keep one of them.`)
    else {
      const value = readValue(path)
      if (typeof value === 'string') found.push([name, value])
      else problems.push(`${variable} names ${JSON.stringify(path)}, which ${value.problem}.`)
    }
  }
  if (problems.length > 0) throw new AppError('INVALID_CONFIG', problems.join('\n'))
  for (const [name, value] of found) {
    env[name] = value
    delete env[`${name}${SUFFIX}`]
  }
}

function readValue(path: string): string | { problem: string } {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` }
  }
  if (bytes.length > MAX_BYTES) return { problem: `has more than ${MAX_BYTES / 1024} KiB` }
  const value = bytes.toString('utf8').replace(/\r?\n$/, '')
  return value === '' ? { problem: 'is empty' } : value
}
