import { spawn } from 'node:child_process'
import { once } from 'node:events'

// A burst takes as much processor time as the longest blocking work that a worker may do.
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

/** How much longer work takes than its processor time: the maximum and the mean. */
export interface Stretch {
  most: number
  mean: number
}

/**
 * Measures how much longer 50 ms of work take than on a quiet machine, because other programs use the processors
 * in between.
 *
 * @returns a function that ends the measurement and returns the result.
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
