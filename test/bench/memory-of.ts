import { readdir, readFile } from 'node:fs/promises'

/**
 * MiB of a process and all that it started, each page of memory that several of them share counted once
 * (`Pss` of proc(5)). An embedded PostgreSQL has no parent, so that it is not counted.
 *
 * @throws where there is no /proc.
 */
export async function memoryOf(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((it) => /^\d+$/.test(it)).map(Number)
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)))
  const below = (pid: number): number[] => [
    pid,
    ...pids.filter((it) => parents.get(it) === pid).flatMap((it) => below(it)),
  ]
  const sizes = await Promise.all(below(root).map(proportionalSize))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function parentOf(pid: number): Promise<number> {
  // The command may hold anything, so that what follows its last bracket counts.
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(/\) \S (\d+)[^)]*$/.exec(line)?.[1])
}

async function proportionalSize(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) / 1024
}
