import { spawn } from 'node:child_process'
import { once } from 'node:events'

// A burst takes as much of a processor as the longest piece of work that the worker may do at once.
const program = `
  let most = 1
  let sum = 0
  let count = 0
  const burst = () => {
    const [from, cpu] = [performance.now(), process.cpuUsage()]
    const used = () => { const { user, system } = process.cpuUsage(cpu); return (user + system) / 1000 }
    while (used() < 50);
    const stretch = (performance.now() - from) / used()
    most = Math.max(most, stretch)
    sum += stretch
    count++
  }
  const bursts = setInterval(burst, 500)
  process.stdin.on('end', () => { clearInterval(bursts); console.log(JSON.stringify({ most, mean: count > 0 ? sum / count : 1 })) }).resume()
`

/** How much longer something takes than its time on a processor: at the worst, and in the mean. */
export interface Stretch {
  most: number
  mean: number
}

/**
 * Measures how much longer than on a quiet machine 50 ms of work take meanwhile: the processors are
 * given to others in between, which no program can do anything about.
 *
 * @returns what ends it, and gives the result.
 */
export function watchStretch(): () => Promise<Stretch> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    const [text] = await said
    return JSON.parse(String(text))
  }
}
