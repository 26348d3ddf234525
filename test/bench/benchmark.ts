import type { Load, LoadResult } from './load.ts'

/** What the command line chooses. */
export interface Options {
  rounds: number
  /** How long one round of a benchmark under load takes. */
  seconds: number
  /** Stored rows in the place of a benchmark's own number; undefined for that number. */
  size: number | undefined
  /** Runs that `memory` makes. */
  runs: number
}

/** What a benchmark gets from the command that runs it. */
export interface Bench {
  options: Options
  /** What is disposed of when the benchmark ends, in whichever way. */
  stack: AsyncDisposableStack
  /** Says on standard error how far it is. */
  say(line: string): void
  /** Puts load on an address, from a process of its own that ours and the floor share. */
  load(load: Load): Promise<LoadResult>
}

export interface Goal {
  /** What the bound is for. */
  of: 'ratio' | 'ours'
  atLeast?: number
  atMost?: number
}

/** One line of the table. */
export interface Figure {
  name: string
  /** The median of the rounds, in `unit`. */
  ours: number
  /** The same of the floor; null where there is none. */
  floor: number | null
  /** The median of ours / floor of each round. */
  ratio: number | null
  unit: string
  /** The least and the greatest ratio of a round, or those of ours where there is no floor. */
  spread: [number, number]
  rounds: number
  /** Null for what is reported only. */
  goal: string | null
  reached: boolean | null
}

export interface Benchmark {
  name: string
  /** What is compared with what. */
  about: string
  /** @throws when anything that it measures fails: a failure is never a figure. */
  measure: (bench: Bench) => Promise<Figure[]>
}

/** What one round measured, in turns: ours and then the floor, or the other way round. */
export interface Round {
  ours: number
  floor: number | null
}

export interface FigureOptions {
  name: string
  unit: string
  rounds: readonly Round[]
  goal?: Goal
}

export function toFigure({ name, unit, rounds, goal }: FigureOptions): Figure {
  const ours = median(rounds.map((it) => it.ours))
  const floors = rounds.flatMap((it) => it.floor ?? [])
  const ratios = rounds.flatMap((it) => (it.floor === null ? [] : [it.ours / it.floor]))
  const ratio = ratios.length > 0 ? median(ratios) : null
  const spreadOf = ratio === null ? rounds.map((it) => it.ours) : ratios
  const measured = goal?.of === 'ours' ? ours : ratio
  if (![ours, ratio ?? 0].every(Number.isFinite)) throw new Error(`${name} measured nothing`)
  return {
    name,
    ours,
    floor: floors.length > 0 ? median(floors) : null,
    ratio,
    unit,
    spread: [Math.min(...spreadOf), Math.max(...spreadOf)],
    rounds: rounds.length,
    goal: goal ? describeGoal(goal, unit) : null,
    reached: goal && measured !== null ? isReached(goal, measured) : null,
  }
}

/** Measures both in each round; who begins changes, so that neither always has the warmer machine. */
export async function inTurns(
  { options, say }: Bench,
  name: string,
  sides: { ours(): Promise<number> | number; floor(): Promise<number> | number },
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < options.rounds; round++) {
    const first = round % 2 === 0 ? await sides.ours() : await sides.floor()
    const second = round % 2 === 0 ? await sides.floor() : await sides.ours()
    const [ours, floor] = round % 2 === 0 ? [first, second] : [second, first]
    rounds.push({ ours, floor })
    say(`${name}: round ${round + 1} of ${options.rounds}, ours ${short(ours)}, floor ${short(floor)}`)
  }
  return rounds
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** Three digits that count, without an exponent. */
export function short(number: number): string {
  return number.toLocaleString('en', { maximumSignificantDigits: number >= 1000 ? 5 : 3 })
}

function isReached({ atLeast = -Infinity, atMost = Infinity }: Goal, measured: number): boolean {
  return measured >= atLeast && measured <= atMost
}

function describeGoal({ of, atLeast, atMost }: Goal, unit: string): string {
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`
  return of === 'ours' ? `${bound} ${unit}` : bound
}
