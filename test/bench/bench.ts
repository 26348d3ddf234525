/**
 * Measures Lockstep against programs that do the same work and nothing else: `npm run bench -- run list --json`.
 * docs/performance.md says how to run it and how to read what it prints.
 */
import { parseArgs } from 'node:util'
import type { Figure, Options } from './benchmark.ts'
import { benchmarks, endAll, measureEach, withBench } from './benchmarks.ts'
import { charts, writeChart } from './charts.ts'
import { toText, writeTable } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    charts: { type: 'boolean', default: false },
    write: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    size: { type: 'string' },
    runs: { type: 'string', default: '20000' },
  },
})
const options: Options = {
  rounds: number('rounds', values.rounds),
  seconds: number('seconds', values.seconds),
  size: values.size === undefined ? undefined : number('size', values.size),
  runs: number('runs', values.runs),
}
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
  ' ',
)
const say = (line: string) => void process.stderr.write(`${line}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void endAll().finally(() => process.exit(130))
  })
}

if (values.charts) await drawAll()
else await measureAll()

async function measureAll(): Promise<void> {
  const all: Figure[] = []
  const keep = async (figures: Figure[]) => {
    all.push(...figures)
    if (values.write !== undefined) await writeTable(values.write, figures, command)
  }
  const selected = chosen()
  // A document without a place for the table is refused now, not after half an hour.
  await keep([])
  const failed = await measureEach(selected, options, say, keep)
  process.stdout.write(`${values.json ? JSON.stringify(all, null, 2) : toText(all)}\n`)
  const missed = all.filter(({ reached }) => reached === false)
  if (failed.length > 0 || (values.strict && missed.length > 0)) process.exitCode = 1
}

async function drawAll(): Promise<void> {
  const names = positionals.length > 0 ? positionals : Object.keys(charts)
  for (const name of names) await withBench(options, say, (bench) => writeChart(bench, name))
}

function chosen() {
  const unknown = positionals.find((name) => benchmarks.every((it) => it.name !== name))
  const names = benchmarks.map(({ name }) => name).join(', ')
  if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}. There are ${names}.`)
  return benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0.`)
  return value
}
