import { createRedactor, type Redactor } from '../../../src/redactor/index.ts'
import { Sensitive } from '../../../src/sensitive.ts'
import { type Bench, type Benchmark, type Figure, inTurns, type Round, toFigure } from '../benchmark.ts'
import { timed } from '../timed.ts'

const LENGTH = 1 << 20
const [FEW, MANY] = [5, 200]

export const redact: Benchmark = {
  name: 'redact',
  about: '1 MiB of JSON that holds none of 5 values; indexOf of one string. Growth: 200 values; one value',
  async measure(bench) {
    const text = jsonWithoutHit()
    return [await throughput(bench, text), await growth(bench, text), await setUp(bench)]
  },
}

async function throughput(bench: Bench, text: string): Promise<Figure> {
  const redactor = redactorOf(FEW)
  const needle = valueNumber(0)
  const rounds = await compare(bench, 'redact', {
    ours: async () => 1e6 / (await timed(bench.options.seconds, () => redactWithoutHit(redactor, text))),
    floor: async () => 1e6 / (await timed(bench.options.seconds, () => text.indexOf(needle))),
  })
  return toFigure({ name: 'redact', unit: 'MiB/s', rounds, goal: { of: 'ratio', atLeast: 0.04 } })
}

async function growth(bench: Bench, text: string): Promise<Figure> {
  const [many, one] = [redactorOf(MANY), redactorOf(1)]
  const rounds = await compare(bench, 'redact-growth', {
    ours: async () => (await timed(bench.options.seconds, () => redactWithoutHit(many, text))) / 1000,
    floor: async () => (await timed(bench.options.seconds, () => redactWithoutHit(one, text))) / 1000,
  })
  return toFigure({ name: 'redact-growth', unit: 'ms/MiB', rounds, goal: { of: 'ratio', atMost: 2.5 } })
}

/** Learning is only done when it has searched: a redactor may put off what it can. */
async function setUp({ options, say }: Bench): Promise<Figure> {
  const rounds: Round[] = []
  let number = 0
  const learn = () => redactorOf(1, number++).text('a short text')
  await timed(options.seconds, learn)
  for (let round = 0; round < options.rounds; round++) {
    rounds.push({ ours: await timed(options.seconds, learn), floor: null })
    say(`redact-setup: round ${round + 1} of ${options.rounds}`)
  }
  return toFigure({ name: 'redact-setup', unit: 'µs', rounds, goal: { of: 'ours', atMost: 100 } })
}

async function compare(bench: Bench, name: string, sides: Parameters<typeof inTurns>[2]): Promise<Round[]> {
  await sides.ours()
  await sides.floor()
  return inTurns(bench, name, sides)
}

export function redactorOf(count: number, first = 0): Redactor {
  const redactor = createRedactor()
  for (let number = first; number < first + count; number++)
    redactor.learn([`KEY_${number}`], new Sensitive(valueNumber(number)))
  return redactor
}

export function redactWithoutHit(redactor: Redactor, text: string): void {
  if (redactor.text(text) !== text) throw new Error('The text holds a value.')
}

/** What services answer: records with ids, times, addresses and words. */
export function jsonWithoutHit(): string {
  const records: string[] = []
  for (let [number, length] = [0, 0]; length < LENGTH; number++) {
    const id = Math.imul(number + 1, 2_654_435_761) >>> 0
    const record = JSON.stringify({
      id,
      reference: `ord_${id.toString(36)}`,
      customer: { name: `Customer ${number}`, email: `customer${number}@example.com`, tags: ['new', 'paid'] },
      url: `https://api.example.com/v1/orders/${id}?expand=lines&page=${number % 9}`,
      amount: (id % 100_000) / 100,
      createdAt: new Date(1_700_000_000_000 + number * 60_000).toISOString(),
      note: 'Leave it with the neighbour; "second floor", please.\n',
    })
    length += record.length + 1
    records.push(record)
  }
  return `[${records.join(',')}]`.slice(0, LENGTH)
}

const valueNumber = (number: number): string =>
  `sk_live_${(Math.imul(number + 1, 2_246_822_519) >>> 0).toString(36)}${(Math.imul(number + 7, 3_266_489_917) >>> 0).toString(36)}Zq`
