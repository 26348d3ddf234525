import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { promisify } from 'node:util'
import { freePort } from '../../support/free-port.ts'
import { WITHOUT_LIMITS } from '../../support/without-limits.ts'
import { type Bench, type Benchmark, inTurns, toFigure } from '../benchmark.ts'
import { LAUNCHER, startProcess } from '../processes.ts'
import { createHook, createWorkspace, instanceSettings, openWorld, runLoad } from '../world.ts'

// The limit of one workspace is not what is measured.
const WORKSPACES = 8
const CONNECTIONS = 32
const COUNTS = [2, 4]

export const workers: Benchmark = {
  name: 'workers',
  about: 'runs/s with 2 and with 4 workers of one core each, beside one API; with 1 worker',
  async measure(bench) {
    const { env, hooks } = await openApi(bench)
    const figures = []
    for (const count of COUNTS) {
      const name = `workers-${count}`
      const rateWith = (workerCount: number) => () => rateOf(bench, env, hooks, workerCount)
      const rounds = await inTurns(bench, name, { ours: rateWith(count), floor: rateWith(1) })
      figures.push(toFigure({ name, unit: 'runs/s', rounds }))
    }
    return figures
  },
}

async function openApi(bench: Bench): Promise<{ env: NodeJS.ProcessEnv; hooks: string[] }> {
  const { stack } = bench
  const world = await openWorld(bench)
  const { url: databaseUrl } = await world.createDatabase('workers')
  const env: NodeJS.ProcessEnv = {
    ...(await instanceSettings(stack)),
    DATABASE_URL: databaseUrl,
    LOCKSTEP_SIGN_UP: 'open',
    ...WITHOUT_LIMITS,
  }
  await promisify(execFile)(process.execPath, [LAUNCHER, 'migrate'], { env: { ...process.env, ...env } })
  // The first worker makes the root key, without which there is no workspace.
  await using _first = await startWorker(env, 0)
  stack.use(await startProcess([LAUNCHER, 'api'], /"msg":"API is ready"/, env))
  const url = `http://127.0.0.1:${env['PORT']}`
  const hooks: string[] = []
  for (let number = 1; number <= WORKSPACES; number++) {
    const workspace = await createWorkspace(url, `bench-${number}`)
    hooks.push(await createHook({ url, workspace }, world.target))
  }
  return { env, hooks }
}

async function rateOf(bench: Bench, env: NodeJS.ProcessEnv, hooks: string[], count: number): Promise<number> {
  await using stack = new AsyncDisposableStack()
  for (let number = 0; number < count; number++) stack.use(await startWorker(env, number))
  const { seconds } = bench.options
  const load = runLoad(hooks, 1, CONNECTIONS)
  await bench.load({ ...load, seconds })
  return (await bench.load({ ...load, seconds })).perSecond
}

/** On a core of its own, as long as there are as many. */
async function startWorker(env: NodeJS.ProcessEnv, number: number) {
  const own = { ...env, LOCKSTEP_WORKER_PORT: String(await freePort()) }
  const pinned = ['taskset', '--cpu-list', String(number % cpus().length)]
  return startProcess([LAUNCHER, 'worker'], /"msg":"worker takes runs"/, own, pinned)
}
