import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, type Benchmark, toFigure } from '../benchmark.ts'
import { memoryOf } from '../memory-of.ts'
import { startServer } from '../processes.ts'
import { createHook, createWorkspace, instanceSettings, runLoad, SECRET, startInstance } from '../world.ts'

// What was freed is given back to the system by then.
const REST_SECONDS = 10
const WARM_UP_PART = 0.1
const STEPS = 20

export const memory: Benchmark = {
  name: 'memory',
  about: 'all processes but PostgreSQL: idle, and after 20,000 runs; growth since the first tenth of them',
  async measure(bench) {
    const { stack, options, say } = bench
    const target = await startServer(stack, 'target.ts', { SECRET })
    const { process, url } = await startInstance(await instanceSettings(stack))
    stack.use(process)
    const hook = await createHook({ url, workspace: await createWorkspace(url) }, target)
    const measure = async (what: string): Promise<number> => {
      await delay(Math.min(REST_SECONDS, options.seconds * 2) * 1000)
      const size = await memoryOf(process.pid)
      say(`memory: ${size.toFixed(0)} MiB ${what}`)
      return size
    }
    const idle = await measure('idle')
    const warmUp = Math.ceil(options.runs * WARM_UP_PART)
    await makeRuns(bench, hook, warmUp)
    const warm = await measure('after the warm-up')
    await makeRuns(bench, hook, options.runs - warmUp)
    const after = await measure(`after ${options.runs} runs`)
    const goal = { of: 'ours', atMost: 260 } as const
    return [
      toFigure({ name: 'memory-idle', unit: 'MiB', rounds: [{ ours: idle, floor: null }], goal }),
      toFigure({ name: 'memory-after', unit: 'MiB', rounds: [{ ours: after, floor: null }], goal }),
      toFigure({
        name: 'memory-growth',
        unit: 'MiB',
        rounds: [{ ours: after, floor: warm }],
        goal: { of: 'ratio', atMost: 1.05 },
      }),
    ]
  },
}

async function makeRuns({ load, say }: Bench, hook: string, count: number): Promise<void> {
  const part = Math.ceil(count / STEPS)
  for (let made = 0; made < count; made += part) {
    await load({ ...runLoad([hook]), requests: Math.min(part, count - made) })
    say(`memory: ${Math.min(made + part, count)} of ${count} runs`)
  }
}
