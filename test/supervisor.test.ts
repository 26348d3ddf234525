import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../src/log.ts'
import { type Supervisor, type SupervisorOptions, superviseProcesses } from '../src/supervisor.ts'

const source = JSON.stringify(join(process.cwd(), 'src/supervisor.ts'))
const alive = 'setInterval(() => undefined, 1000)'
const fast = { firstDelayMs: 5, longestDelayMs: 20 }

let folder: string
let supervisors: Supervisor[]
let logged: Record<string, unknown>[]
let children: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-supervisor-'))
  supervisors = []
  logged = []
  children = []
})

afterEach(async () => {
  for (const supervisor of supervisors) await supervisor.stop()
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** A program that writes its events to the file that all programs of a test share. */
async function program(role: string, body: string): Promise<{ role: string; args: string[] }> {
  const file = join(folder, `${role}.ts`)
  const head = `
    import { appendFileSync, readFileSync } from 'node:fs'
    import { announceFailure, announceReady, announceWaiting, onParentGone } from ${source}
    const file = ${JSON.stringify(join(folder, 'events'))}
    const note = (event) => appendFileSync(file, ${JSON.stringify(role)} + ' ' + event + '\\n')
    const onSignal = (signal, exit) => process.on(signal, () => { note(signal); if (exit) process.exit(0) })
    const wait = (event) => new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!readFileSync(file, 'utf8').includes(event)) return
        clearInterval(timer)
        resolve()
      }, 5)
    })
    note('start ' + process.pid)
  `
  await writeFile(file, head + body)
  return { role, args: [file] }
}

function events(): string[] {
  const file = join(folder, 'events')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

/** Without the process ids. */
const happened = () => events().map((it) => it.replace(/ \d+$/, ''))

const count = (event: string) => happened().filter((it) => it === event).length

function pidOf(role: string): number {
  const last = events().findLast((it) => it.startsWith(`${role} start `))
  return Number(last?.split(' ')[2])
}

function isAlive(pid: number): boolean {
  try {
    // Zombies accept signals too; the tests could meet one on Linux.
    if (process.platform === 'linux') return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function supervise(
  processes: SupervisorOptions['processes'],
  options?: Partial<SupervisorOptions>,
): Supervisor {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) logged.push(JSON.parse(line))
      done()
    },
  })
  const log = createLogger('info', 'test', destination)
  const supervisor = superviseProcesses({ processes, log, timing: fast, ...options })
  supervisors.push(supervisor)
  return supervisor
}

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 })

test('processes start together, tell what they announce, and have started when each is ready', async () => {
  const ready: unknown[] = []
  const worker = await program(
    'worker',
    `await wait('go'); note('ready'); announceReady({ port: 1 }); ${alive}`,
  )
  const api = await program('api', `announceReady({ port: 2 }); ${alive}`)
  const supervisor = supervise([worker, api], { onReady: (role, { port }) => ready.push([role, port]) })
  let started = false
  void supervisor.started.then(() => {
    started = true
  })
  await eventually(() => expect(ready).toEqual([['api', 2]]))
  await eventually(() => expect(count('worker start')).toBe(1))
  expect(started).toBe(false)
  appendFileSync(join(folder, 'events'), 'go\n')
  await supervisor.started
  expect(ready).toEqual([
    ['api', 2],
    ['worker', 1],
  ])
})

test('they have started when one has ended once, which starts again', async () => {
  const supervisor = supervise([
    await program('worker', 'process.exit(1)'),
    await program('api', `announceReady(); ${alive}`),
  ])
  await supervisor.started
  await eventually(() => expect(count('worker start')).toBeGreaterThan(2))
  expect(count('api start')).toBe(1)
})

test('they have started when one waits for something from outside', async () => {
  await supervise([await program('worker', `announceWaiting(); ${alive}`)]).started
})

test('they have started when one is late, and the log says which', async () => {
  await supervise([await program('worker', alive)], { timing: { ...fast, readyMs: 5 } }).started
  expect(logged).toContainEqual(expect.objectContaining({ level: 'warn', child: 'worker' }))
})

test('a killed process restarts without disturbing the other', async () => {
  const ready = `announceReady(); ${alive}`
  supervise([await program('worker', ready), await program('api', ready)])
  await eventually(() => expect(happened()).toEqual(expect.arrayContaining(['worker start', 'api start'])))
  const before = pidOf('worker')
  process.kill(before, 'SIGKILL')
  await eventually(() => expect(count('worker start')).toBe(2))
  expect(pidOf('worker')).not.toBe(before)
  expect(count('api start')).toBe(1)
  expect(logged).toContainEqual(
    expect.objectContaining({ child: 'worker', signal: 'SIGKILL', restartInMs: 5 }),
  )
})

test('the wait before a restart doubles up to a limit', async () => {
  supervise([await program('api', 'process.exit(1)')])
  await eventually(() => expect(logged.length).toBeGreaterThanOrEqual(5))
  expect(logged.slice(0, 5).map(({ restartInMs }) => restartInMs)).toEqual([5, 10, 20, 20, 20])
})

test('the wait before a restart begins again after a steady life', async () => {
  supervise([await program('api', 'process.exit(0)')], { timing: { ...fast, steadyMs: 0 } })
  await eventually(() => expect(logged.length).toBeGreaterThanOrEqual(4))
  expect(logged.slice(0, 4).map(({ restartInMs }) => restartInMs)).toEqual([5, 5, 5, 5])
})

test('a process that refuses to start ends the supervisor with its exit code, and is not started again', async () => {
  const refuse = `await announceFailure('fingerprints differ'); process.exit(78)`
  const supervisor = supervise([
    await program('worker', refuse),
    await program('api', `announceReady(); ${alive}`),
  ])
  expect(await supervisor.ended).toBe(78)
  await supervisor.stop()
  expect(count('worker start')).toBe(1)
  expect(isAlive(pidOf('api'))).toBe(false)
  const msg = expect.stringMatching(/^The worker refuses to start: fingerprints differ$/)
  expect(logged).toContainEqual(expect.objectContaining({ level: 'error', child: 'worker', msg }))
})

test('a process that worked and then refuses its configuration stays down, and the other goes on', async () => {
  const once = `announceReady(); setTimeout(async () => { await announceFailure('the key is gone'); process.exit(78) }, 50)`
  const supervisor = supervise([
    await program('worker', once),
    await program('api', `announceReady(); ${alive}`),
  ])
  let ended = false
  void supervisor.ended.then(() => {
    ended = true
  })
  const msg = expect.stringMatching(/stays down.*the key is gone/)
  await eventually(() =>
    expect(logged).toContainEqual(expect.objectContaining({ level: 'error', child: 'worker', msg })),
  )
  // During a restart of the other process, a wrong restart of the first would have shown.
  process.kill(pidOf('api'), 'SIGKILL')
  await eventually(() => expect(count('api start')).toBe(2))
  expect(count('worker start')).toBe(1)
  expect(ended).toBe(false)
  await supervisor.stop()
  expect(await supervisor.ended).toBe(0)
})

test('kill ends every process at once, also one that is ending in order', async () => {
  const stubborn = `onSignal('SIGTERM'); announceReady(); ${alive}`
  const supervisor = supervise([await program('worker', stubborn)], { drainSeconds: 600 })
  await supervisor.started
  const stopped = supervisor.stop()
  await eventually(() => expect(happened()).toContain('worker SIGTERM'))
  supervisor.kill()
  await stopped
  expect(isAlive(pidOf('worker'))).toBe(false)
})

test('when all processes are down for good, the supervisor ends with their exit code', async () => {
  const leaves = 'announceReady(); setTimeout(() => process.exit(78), 50)'
  const supervisor = supervise([await program('worker', leaves), await program('api', leaves)])
  expect(await supervisor.ended).toBe(78)
  await supervisor.stop()
  expect(happened()).toHaveLength(2)
  expect(happened()).toEqual(expect.arrayContaining(['api start', 'worker start']))
})

test('stop lets every process end in order, once', async () => {
  const body = `onSignal('SIGTERM', true); announceReady(); ${alive}`
  const ready: string[] = []
  const supervisor = supervise([await program('worker', body), await program('api', body)], {
    onReady: (role) => ready.push(role),
  })
  await eventually(() => expect(ready).toHaveLength(2))
  await Promise.all([supervisor.stop(), supervisor.stop()])
  expect(happened()).toHaveLength(4)
  expect(happened()).toEqual(expect.arrayContaining(['api SIGTERM', 'worker SIGTERM']))
  expect([isAlive(pidOf('worker')), isAlive(pidOf('api'))]).toEqual([false, false])
  expect(await supervisor.ended).toBe(0)
})

test('stop kills a process that does not end', async () => {
  const stubborn = await program('worker', `onSignal('SIGTERM', false); announceReady(); ${alive}`)
  const supervisor = supervise([stubborn], { timing: { ...fast, stopMs: 50 } })
  await supervisor.started
  await supervisor.stop()
  expect(happened()).toEqual(['worker start', 'worker SIGTERM'])
  expect(isAlive(pidOf('worker'))).toBe(false)
  expect(count('worker start')).toBe(1)
})

test('stop during the wait for a restart starts nothing more', async () => {
  const supervisor = supervise([await program('worker', 'process.exit(1)')], {
    timing: { firstDelayMs: 600_000 },
  })
  await eventually(() => expect(logged).toHaveLength(1))
  await supervisor.stop()
  expect(count('worker start')).toBe(1)
})

test('stop ends processes that are not ready yet', async () => {
  const supervisor = supervise([await program('worker', alive), await program('api', alive)])
  await eventually(() => expect(happened()).toEqual(expect.arrayContaining(['worker start', 'api start'])))
  await supervisor.stop()
  expect([isAlive(pidOf('worker')), isAlive(pidOf('api'))]).toEqual([false, false])
})

test('processes end in order when the supervisor is killed', async () => {
  const worker = await program(
    'worker',
    `onParentGone(() => { note('gone'); process.exit(0) }); announceReady(); ${alive}`,
  )
  const parent = await program(
    'parent',
    `const { superviseProcesses } = await import(${source})
    const log = { error() {}, warn() {} }
    superviseProcesses({ processes: [${JSON.stringify(worker)}], log, onReady: () => note('sees it') })`,
  )
  const child = spawn(process.execPath, parent.args, { stdio: 'inherit' })
  children.push(child)
  await eventually(() => expect(happened()).toContain('parent sees it'))
  child.kill('SIGKILL')
  await eventually(() => expect(happened()).toContain('worker gone'))
  await eventually(() => expect(isAlive(pidOf('worker'))).toBe(false))
})

test('a process can end by itself while it watches its supervisor', async () => {
  supervise([await program('worker', `onParentGone(() => note('gone')); announceReady()`)])
  await eventually(() => expect(count('worker start')).toBeGreaterThan(1))
  expect(happened()).not.toContain('worker gone')
})

test('without a supervisor announcing does nothing', async () => {
  const alone = await program(
    'alone',
    `onParentGone(() => note('gone')); announceReady(); await announceFailure('x')`,
  )
  const child = spawn(process.execPath, alone.args, { stdio: 'inherit' })
  children.push(child)
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(happened()).toEqual(['alone start'])
})
