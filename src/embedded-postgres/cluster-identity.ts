import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CLUSTER_NAME } from './cluster.ts'

/**
 * What tells the files of a cluster from a copy of them: when their folder was made, and its number in the file system. A
 * folder that is moved within its file system keeps both. The device is left out, because its number changes when a
 * machine starts with its disks in another order.
 *
 * @returns undefined when there is no cluster.
 */
export async function identifyCluster(folder: string): Promise<string | undefined> {
  const found = await stat(join(folder, CLUSTER_NAME), { bigint: true }).catch(() => undefined)
  if (!found) return undefined
  // A file system that does not know when a folder was made gives zero, or when it was last changed.
  const isKnown = found.birthtimeNs !== 0n && found.birthtimeNs !== found.ctimeNs
  return `${isKnown ? found.birthtimeNs : 'unknown'}/${found.ino}`
}
