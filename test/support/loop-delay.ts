import { spawn } from 'node:child_process'
import { once } from 'node:events'

// As the worker measures itself: prom-client asks for a look every 10 ms.
const program = `
  const delays = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 })
  delays.enable()
  process.stdin.on('end', () => console.log(delays.max)).resume()
`

/**
 * Measures how long an event loop that does nothing is kept waiting meanwhile: that is the machine's doing.
 *
 * @returns what ends it, and gives the longest delay (milliseconds).
 */
export function watchIdleLoop(): () => Promise<number> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    const [text] = await said
    return Number(String(text)) / 1e6
  }
}
