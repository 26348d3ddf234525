import { spawn } from 'node:child_process'
import { once } from 'node:events'

// A burst takes as much of a processor as the longest piece of work that the worker may do at once.
const program = `
  let most = 1
  const burst = () => {
    const [from, cpu] = [performance.now(), process.cpuUsage()]
    const used = () => { const { user, system } = process.cpuUsage(cpu); return (user + system) / 1000 }
    while (used() < 50);
    most = Math.max(most, (performance.now() - from) / used())
  }
  const bursts = setInterval(burst, 500)
  process.stdin.on('end', () => { clearInterval(bursts); console.log(most) }).resume()
`

/**
 * Measures how much longer than on a quiet machine 50 ms of work take meanwhile, at the worst: the processors are
 * given to others in between, which no program can do anything about.
 *
 * @returns what ends it, and gives the factor.
 */
export function watchStretch(): () => Promise<number> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    const [text] = await said
    return Number(String(text))
  }
}
