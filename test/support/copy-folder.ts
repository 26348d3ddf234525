import { chmodSync, cpSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Copies a folder with everything in it and the rights of each. The asynchronous copy of Node takes four times the
 * processor time for the thousand small files of a database; this one leaves out the rights of folders.
 */
export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
  const below = readdirSync(from, { recursive: true, withFileTypes: true })
  const folders = below.filter((it) => it.isDirectory()).map((it) => join(it.parentPath, it.name))
  for (const folder of [from, ...folders])
    chmodSync(join(to, folder.slice(from.length)), statSync(folder).mode)
}
