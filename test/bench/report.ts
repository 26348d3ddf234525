import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { type Figure, short } from './benchmark.ts'

const HEADINGS = ['name', 'ours', 'floor', 'unit', 'ratio', 'least to greatest', 'to reach', 'reached']
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->']

/** For people: columns of equal width. */
export function toText(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(toCells)]
  const widths = HEADINGS.map((_it, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

/**
 * Writes the figures between the marks of a Markdown file. A row of an earlier measurement stays until its figure is
 * measured again, and says when it was.
 */
export async function writeTable(file: string, figures: readonly Figure[], command: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const [before, rest] = split(text, BEGIN, file)
  const [old, after] = split(rest, END, file)
  const when = `${new Date().toISOString().slice(0, 10)}, ${machine()}, \`${command}\``
  const rows = new Map(old.split('\n').flatMap((line) => (/^\| `/.test(line) ? [[nameOf(line), line]] : [])))
  for (const figure of figures) {
    const [name = '', ...cells] = toCells(figure)
    rows.set(name, `| ${[`\`${name}\``, ...cells, when].join(' | ')} |`)
  }
  const headings = [...HEADINGS, 'when, where, how']
  const table = [`| ${headings.join(' | ')} |`, `|${'---|'.repeat(headings.length)}`, ...rows.values()]
  await writeFile(file, `${before}${BEGIN}\n${table.join('\n')}\n${END}${after}`)
}

/** The machine that the figures are of. */
export function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} cores of ${cpu?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`
}

function toCells({ name, ours, floor, unit, ratio, spread, goal, reached }: Figure): string[] {
  return [
    name,
    short(ours),
    floor === null ? '' : short(floor),
    unit,
    ratio === null ? '' : short(ratio),
    `${short(spread[0])} to ${short(spread[1])}`,
    goal ?? '',
    reached === null ? 'reported' : reached ? 'yes' : 'no',
  ]
}

function split(text: string, mark: string, file: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`${file} has no ${mark}, where the table goes.`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

const nameOf = (line: string): string => /^\| `([^`]+)`/.exec(line)?.[1] ?? ''
