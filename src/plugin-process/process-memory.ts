import { readFile } from 'node:fs/promises'

const PAGE_BYTES = 4096

/** The memory (bytes) that a process and those that it was started as take: 0 where the system does not tell. */
export async function memoryOf(pid: number | undefined): Promise<number> {
  if (pid === undefined || process.platform !== 'linux') return 0
  const own = await read(`/proc/${pid}/statm`)
  const children = (await read(`/proc/${pid}/task/${pid}/children`)).split(' ').filter((it) => it !== '')
  const below = await Promise.all(children.map((it) => memoryOf(Number(it))))
  return Number(own.split(' ')[1] ?? 0) * PAGE_BYTES + below.reduce((sum, it) => sum + it, 0)
}

/** @returns nothing of what has ended meanwhile. */
const read = async (file: string): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim()
