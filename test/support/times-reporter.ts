import { availableParallelism, cpus } from 'node:os'
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const slowest = 15

/** Prints how long the parts of a run took, as the tables of docs/contributing.md. */
export default class TimesReporter implements Reporter {
  #begin = 0

  onTestRunStart(): void {
    this.#begin = performance.now()
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const all = performance.now() - this.#begin
    const byProject = [...Map.groupBy(modules, ({ project }) => project.name)]
    const lines = [
      `${seconds(all)} in all, on ${availableParallelism()} cores (${cpus()[0]?.model.trim()}).`,
      ...table(['project', 'files', 'tests', 'seconds', 'of them imports'], byProject.map(projectRow)),
      ...table(['file', 'tests', 'seconds'], longest(modules).map(fileRow)),
    ]
    process.stdout.write(`\n${lines.join('\n')}\n`)
  }
}

function projectRow([name, modules]: [string, readonly TestModule[]]): string[] {
  const sum = (of: (module: TestModule) => number) => modules.reduce((total, module) => total + of(module), 0)
  return [
    name,
    String(modules.length),
    String(sum(countTests)),
    seconds(sum(duration)),
    seconds(sum((it) => it.diagnostic().collectDuration)),
  ]
}

const longest = (modules: readonly TestModule[]) =>
  [...modules].sort((a, b) => duration(b) - duration(a)).slice(0, slowest)

const fileRow = (module: TestModule) => [
  relative(module.project.config.root, module.moduleId),
  String(countTests(module)),
  seconds(duration(module)),
]

const countTests = (module: TestModule) => [...module.children.allTests()].length

/** From the start of a file's process to the end of its last test (milliseconds). */
function duration(module: TestModule): number {
  const of = module.diagnostic()
  return (
    of.environmentSetupDuration + of.prepareDuration + of.collectDuration + of.setupDuration + of.duration
  )
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

/** A Markdown table. Every column but the first has numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return ['', ...[head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`)]
}
