import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Folders in which a module in this folder finds others. */
export function modulesAbove(folder: string): string[] {
  const above = dirname(folder)
  const here = join(folder, 'node_modules')
  return [...(existsSync(here) ? [here] : []), ...(above === folder ? [] : modulesAbove(above))]
}

/** What a folder holds but for hidden files, which may be settings. */
export function shownIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((it) => !it.startsWith('.'))
    .map((it) => join(folder, it))
}

/**
 * Options of Node's permission model that let a process read these files and folders. A folder that holds something
 * secret is taken apart, so that this stays out.
 *
 * @param secret files and folders that may not be read, by whichever way.
 */
export function readOptions(paths: readonly string[], secret: readonly string[]): string[] {
  const hidden = secret.flatMap((it) => [it, realPath(it)])
  const allowed = new Set(
    paths.flatMap((it) => [it, realPath(it)]).flatMap((it) => withoutSecret(it, hidden)),
  )
  return [...allowed].map((it) => `--allow-fs-read=${it}`)
}

/** What may be read of a file or a folder: all of it, or its parts that hold nothing secret. */
function withoutSecret(path: string, secret: readonly string[]): string[] {
  const folder = path.endsWith(`${sep}*`) ? dirname(path) : path
  if (secret.some((it) => folder === it || folder.startsWith(join(it, sep)))) return []
  if (!secret.some((it) => it.startsWith(join(folder, sep)))) return [path]
  return entriesOf(folder).flatMap((it) => withoutSecret(join(folder, it), secret))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Where a path leads, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(path)
    return above === path ? path : join(realPath(above), path.slice(join(above, sep).length))
  }
}
