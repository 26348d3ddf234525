import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Bench, type Benchmark, type Figure, inTurns, type Options, toFigure } from './benchmark.ts'
import { measureEach } from './benchmarks.ts'
import { compareLoads } from './compare-loads.ts'
import { createLoad } from './load.ts'
import { memoryOf } from './memory-of.ts'
import { connect, type Database, fill } from './postgres.ts'
import { startServer } from './processes.ts'
import { writeTable } from './report.ts'
import { copyRunStatement } from './stored-runs.ts'
import { copySecretStatement } from './stored-secrets.ts'
import { toSvg } from './svg.ts'
import { createHook, createWorkspace, listLoad, makeRun, runLoad, SECRET } from './world.ts'

// The parts of the benchmark, as small as they get: what they measure here means nothing.
const options: Options = { rounds: 1, seconds: 0.01, size: undefined, runs: 1 }
const stack = new AsyncDisposableStack()
let app: TestApp
let bench: Bench
let target: string
let database: Database
let workspace: Awaited<ReturnType<typeof createWorkspace>>

beforeAll(async () => {
  app = stack.adopt(await startTestApp(), (it) => it.close())
  bench = { options, stack, say: () => undefined, load: createLoad(stack) }
  const url = app.database.url.reveal()
  database = { url, client: await connect(stack, url) }
  target = await startServer(stack, 'target.ts', { SECRET })
  workspace = await createWorkspace(app.url)
})
afterAll(() => stack.disposeAsync())

// The bare process uses what PostgreSQL has from 18 on.
const { TEST_POSTGRES = '18' } = process.env

test.skipIf(TEST_POSTGRES !== '18')(
  'runs of ours and of the bare process are measured in turns',
  async () => {
    const env = { DATABASE_URL: database.url, TARGET: target, STEPS: '3', SECRET }
    const floor = await startServer(stack, 'floors/run.ts', env)
    const hook = await createHook({ url: app.url, workspace }, target, 3)
    const loads = { ours: runLoad([hook], 3, 2), floor: runLoad([floor], 3, 2) }
    const rounds = await compareLoads(bench, 'run', loads, (it) => it.perSecond)
    expect(rounds).toEqual([{ ours: expect.any(Number), floor: expect.any(Number) }])
  },
)

test('a run that fails ends the benchmark', async () => {
  const refusing = await startServer(stack, 'target.ts', { SECRET: 'another' })
  const load = runLoad([await createHook({ url: app.url, workspace }, refusing)])
  await expect(bench.load({ ...load, requests: 1 })).rejects.toThrow(/failed, so there is no figure.*FAILED/)
})

test('an answer that is not waited for to its end ends the benchmark', async () => {
  const load = runLoad([await createHook({ url: app.url, workspace }, target)])
  const headers = { 'content-type': 'application/json' }
  await expect(bench.load({ ...load, headers, requests: 1 })).rejects.toThrow(/no figure: 202/)
  const unfinished = 'select count(*)::int as count from run where finished_at is null'
  await expect.poll(async () => (await database.client.query(unfinished)).rows).toEqual([{ count: 0 }])
})

test('stored runs are copies of a real one, with their steps and audit events', async () => {
  const load = runLoad([await createHook({ url: app.url, workspace }, target)])
  const instance = { database, workspace }
  const before = await countAll()
  const statement = await copyRunStatement(instance, await makeRun(bench, load), 20)
  const one = await countAll()
  await fill(database.client, 'runs', [1, 20], statement)
  const all = await countAll()
  expect(one.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 2])
  expect(all.map((count, index) => count - (one[index] ?? 0))).toEqual([20, 20, 40])
  const { rows } = await database.client.query(
    `select count(distinct workspace_id)::int as workspaces from run where status = 'SUCCEEDED'`,
  )
  expect(rows).toEqual([{ workspaces: 10 }])
})

test('stored secrets leave the list of the measured workspace as it is', async () => {
  for (let number = 1; number < 50; number++)
    await workspace.createSecret(`SECRET_${number}`, `value ${number}`)
  const load = { ...(await listLoad({ url: app.url, workspace })), requests: 1, connections: 1 }
  const before = await bench.load(load)
  const statement = await copySecretStatement({ database, workspace })
  await fill(database.client, 'secrets', [1, 250], statement)
  const floor = await startServer(stack, 'floors/list.ts', {
    DATABASE_URL: database.url,
    WORKSPACE: workspace.id,
  })
  expect((await bench.load(load)).answer).toBe(before.answer)
  expect((await bench.load({ ...load, urls: [floor] })).answer).toBe(before.answer)
  const { rows } = await database.client.query(
    `select count(distinct workspace_id)::int as workspaces from secret where workspace_id like 'other-%'`,
  )
  expect(rows).toEqual([{ workspaces: 3 }])
})

test('a figure is the median of the ratios, and says whether the goal is reached', async () => {
  const ours = [4, 1, 9]
  const rounds = await inTurns({ ...bench, options: { ...options, rounds: 3 } }, 'it', {
    ours: () => ours.shift() ?? 0,
    floor: () => 2,
  })
  const figure = toFigure({ name: 'it', unit: 'ms', rounds, goal: { of: 'ratio', atMost: 1 } })
  expect(figure).toEqual({
    name: 'it',
    ours: 4,
    floor: 2,
    ratio: 2,
    unit: 'ms',
    spread: [0.5, 4.5],
    rounds: 3,
    goal: '≤ 1',
    reached: false,
  })
})

test('what measured nothing is no figure', () => {
  const rounds = [{ ours: Number.NaN, floor: 1 }]
  expect(() => toFigure({ name: 'it', unit: 'ms', rounds })).toThrow('it measured nothing')
})

test('a table in a document keeps the rows that are not measured again', async () => {
  const folder = stack.adopt(await mkdtemp(join(tmpdir(), 'bench-')), (it) => rm(it, { recursive: true }))
  const file = join(folder, 'doc.md')
  const figure = (name: string, ours: number) =>
    toFigure({ name, unit: 'ms', rounds: [{ ours, floor: null }] })
  await writeFile(file, 'before\n<!-- bench: begin -->\n<!-- bench: end -->\nafter\n')
  await writeTable(file, [figure('one', 11), figure('two', 22)], 'first')
  await writeTable(file, [figure('two', 33)], 'second')
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^before\n<!-- bench: begin -->\n\| name .*after\n$/s)
  expect(text.match(/^\| `.*/gm)).toEqual([
    expect.stringMatching(/^\| `one` \| 11 \|.*`first` \|$/),
    expect.stringMatching(/^\| `two` \| 33 \|.*`second` \|$/),
  ])
})

test('a document without a place for the table is refused, and left as it is', async () => {
  await expect(writeTable('README.md', [], '')).rejects.toThrow('README.md has no <!-- bench: begin -->')
})

test.runIf(process.platform === 'linux')('memory counts what a process started, too', async () => {
  const waiting = 'console.log(process.pid); setInterval(Object, 1000)'
  const script = `require('node:child_process').spawn(process.execPath, ['-e', '${waiting}'], { stdio: 'inherit' })`
  const parent = spawn(process.execPath, ['-e', script])
  const [line] = await once(parent.stdout, 'data')
  const child = Number(line)
  try {
    expect(await memoryOf(parent.pid ?? 0)).toBeGreaterThan((await memoryOf(child)) + 1)
  } finally {
    process.kill(child)
  }
})

test('a benchmark that fails says why, and neither takes figures from the others nor leaves anything behind', async () => {
  const [said, kept, left]: [string[], string[], string[]] = [[], [], []]
  const benchmark = (name: string, measured: () => Figure[]): Benchmark => ({
    name,
    about: '',
    measure: async ({ stack: own }) => {
      own.defer(() => void left.push(name))
      return measured()
    },
  })
  const figure = toFigure({ name: 'good', unit: 'ms', rounds: [{ ours: 1, floor: 1 }] })
  const bad = benchmark('bad', () => {
    throw new Error('no figure')
  })
  const failed = await measureEach(
    [bad, benchmark('good', () => [figure])],
    options,
    (line) => said.push(line),
    async (figures) => void kept.push(...figures.map(({ name }) => name)),
  )
  expect({ failed, kept, left }).toEqual({ failed: ['bad'], kept: ['good'], left: ['bad', 'good'] })
  expect(said).toContain('bad FAILED: no figure')
})

test('the command prints one array of figures as JSON', async () => {
  const { stdout } = await command('open-cold', 'egress', '--json')
  expect(JSON.parse(stdout)).toEqual(
    [
      ['open-cold', 'µs'],
      ['egress', 'requests/s'],
    ].map(([name, unit]) =>
      expect.objectContaining({
        name,
        unit,
        ours: expect.any(Number),
        floor: expect.any(Number),
        ratio: expect.any(Number),
      }),
    ),
  )
})

test('the command names the benchmarks when it does not know one', async () => {
  await expect(command('unknown')).rejects.toThrow(/no benchmark unknown.*run-latency/s)
})

test('a chart has a line for each series and a mark for each value of x', () => {
  const svg = toSvg({
    title: 'Runs & more',
    subtitle: 'today',
    x: 'connections',
    y: 'runs/s',
    series: [
      {
        name: 'ours',
        points: [
          [1, 10],
          [16, 95],
        ],
      },
      {
        name: 'floor',
        points: [
          [1, 20],
          [16, 100],
        ],
      },
    ],
  })
  expect(svg.match(/<polyline/g)).toHaveLength(2)
  expect(svg).toContain('Runs &amp; more')
  expect(svg).toContain('>16</text>')
  expect(svg).toContain('>100</text>')
})

function command(...args: string[]) {
  const file = join(import.meta.dirname, 'bench.ts')
  return promisify(execFile)(process.execPath, [file, ...args, '--rounds', '1', '--seconds', '0.01'])
}

async function countAll(): Promise<number[]> {
  const { rows } = await database.client.query(`select (select count(*)::int from run) as runs,
    (select count(*)::int from step_run) as steps, (select count(*)::int from audit_event
      where action in ('run.start', 'secret.use')) as events`)
  return Object.values(rows[0])
}
