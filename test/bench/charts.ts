import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './benchmark.ts'
import { jsonWithoutHit, redactorOf, redactWithoutHit } from './benchmarks/redact.ts'
import { openRuns } from './benchmarks/run.ts'
import { fill } from './postgres.ts'
import { machine } from './report.ts'
import { copyRunStatement } from './stored-runs.ts'
import { copySecretStatement, createSecrets } from './stored-secrets.ts'
import { type Chart, toSvg } from './svg.ts'
import { timed } from './timed.ts'
import { createHook, listLoad, makeRun, openWorld, runLoad } from './world.ts'

const FOLDER = join(import.meta.dirname, '../../docs/charts')
const STORED_SECRETS = [1000, 10_000, 100_000, 1_000_000]
const STORED_RUNS = [1000, 10_000, 100_000, 1_000_000, 2_000_000]
const VALUES = [1, 2, 5, 10, 20, 50, 100, 200]
const CONNECTIONS = [1, 2, 4, 8, 16, 32, 64]

/** The names of the charts, and what measures each with processes of its own. */
export const charts: Readonly<Record<string, (bench: Bench) => Promise<Omit<Chart, 'subtitle'>>>> = {
  list: drawList,
  history: drawHistory,
  redaction: drawRedaction,
  connections: drawConnections,
}

/** Writes one chart to docs/charts. */
export async function writeChart(bench: Bench, name: string): Promise<void> {
  const chart = await charts[name]?.(bench)
  if (!chart) throw new Error(`There is no chart ${name}.`)
  const subtitle = `${new Date().toISOString().slice(0, 10)}, ${machine()}`
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, `${name}.svg`), toSvg({ ...chart, subtitle }))
}

type Points = [x: number, y: number][]

async function drawList(bench: Bench) {
  const world = await openWorld(bench)
  const instance = await world.openInstance('list')
  await createSecrets(instance)
  const load = { ...(await listLoad(instance)), connections: 1 }
  const statement = await copySecretStatement(instance)
  const points: Points = []
  await overSizes(bench, STORED_SECRETS, async (from, size) => {
    await fill(instance.database.client, 'stored secrets', [from, size], statement)
    points.push([size, await medianTime(bench, load)])
  })
  const series = [{ name: 'p50', points }]
  return {
    title: 'Time to list 50 secrets',
    x: 'secrets stored in all workspaces',
    y: 'milliseconds',
    series,
  }
}

async function drawHistory(bench: Bench) {
  const world = await openWorld(bench)
  const instance = await world.openInstance('history')
  const load = runLoad([await createHook(instance, world.target)], 1, 1)
  const total = bench.options.size ?? STORED_RUNS.at(-1) ?? 0
  const statement = await copyRunStatement(instance, await makeRun(bench, load), total)
  const points: Points = []
  await overSizes(bench, STORED_RUNS, async (from, size) => {
    await fill(instance.database.client, 'stored runs', [from, size], statement)
    points.push([size, await medianTime(bench, load)])
  })
  const series = [{ name: 'p50', points }]
  return { title: 'Time of a run of one step', x: 'runs stored', y: 'milliseconds', series }
}

async function drawRedaction({ options, say }: Bench) {
  const text = jsonWithoutHit()
  const points: Points = []
  for (const count of VALUES) {
    const redactor = redactorOf(count)
    const measure = () => timed(options.seconds, () => redactWithoutHit(redactor, text))
    await measure()
    points.push([count, (await measure()) / 1000])
    say(`charts: redaction with ${count} values`)
  }
  const series = [{ name: 'redactor', points }]
  return { title: 'Time to redact 1 MiB of JSON', x: 'values known', y: 'milliseconds', series }
}

async function drawConnections(bench: Bench) {
  const { seconds } = bench.options
  const loads = await openRuns(bench)
  const [ours, floor]: [Points, Points] = [[], []]
  for (const connections of CONNECTIONS) {
    const rate = async (load: typeof loads.ours) => {
      // Many connections are what is looked at, however long one of them waits.
      const it = { ...load, connections, seconds, headers: { ...load.headers, prefer: 'wait=30' } }
      await bench.load(it)
      return (await bench.load(it)).perSecond
    }
    ours.push([connections, await rate(loads.ours)])
    floor.push([connections, await rate(loads.floor)])
    bench.say(`charts: ${connections} connections`)
  }
  const series = [
    { name: 'Lockstep', points: ours },
    { name: 'floor', points: floor },
  ]
  return { title: 'Runs of one step per second', x: 'connections', y: 'runs/s', series }
}

/** Grows what is stored step by step, up to the size that the command line chose. */
async function overSizes(
  { options, say }: Bench,
  sizes: readonly number[],
  grow: (from: number, size: number) => Promise<void>,
): Promise<void> {
  let stored = 0
  for (const size of sizes.filter((it) => it <= (options.size ?? it))) {
    await grow(stored + 1, size)
    stored = size
    say(`charts: ${size} rows`)
  }
}

async function medianTime({ load, options }: Bench, it: Parameters<Bench['load']>[0]): Promise<number> {
  await load({ ...it, seconds: options.seconds })
  return (await load({ ...it, seconds: options.seconds })).p50
}
