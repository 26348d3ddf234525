import { isDeepStrictEqual } from 'node:util'
import { createEgress, type Http, parseEgressAllow } from '../../../src/egress/index.ts'
import { findHold } from '../../../src/plugin-process/launch.ts'
import { findPackages } from '../../../src/plugin-process/package.ts'
import { PluginHost } from '../../../src/plugin-process/plugin-host.ts'
import { Sensitive } from '../../../src/sensitive.ts'
import type { StepContext } from '../../../src/steps/index.ts'
import sends from '../../fixtures/sending-plugin/index.ts'
import { type Bench, type Benchmark, toFigure } from '../benchmark.ts'
import { startServer } from '../processes.ts'
import { SECRET } from '../world.ts'

const PLUGIN = './test/fixtures/sending-plugin/index.ts'
// How many calls of one kind follow each other, before those of the other.
const CALLS = 300

export const pluginCall: Benchmark = {
  name: 'plugin-call',
  about: 'how much longer a call of a step type takes in a process of its own than in the worker, at p95',
  async measure(bench) {
    const sides = await openSides(bench)
    bench.say('plugin-call: warming up')
    await times(sides.apart)
    await times(sides.here)
    const rounds = []
    for (let round = 0; round < bench.options.rounds; round++) {
      const apart = at95(await times(sides.apart))
      const here = at95(await times(sides.here))
      bench.say(`plugin-call: ${apart.toFixed(2)} ms in a process of its own, ${here.toFixed(2)} ms here`)
      rounds.push({ ours: apart - here, floor: null })
    }
    return [toFigure({ name: 'plugin-call', unit: 'ms', rounds, goal: { of: 'ours', atMost: 3 } })]
  },
}

async function openSides({ stack }: Pick<Bench, 'stack'>) {
  const url = await startServer(stack, 'target.ts', { SECRET })
  const door = createEgress({ allow: parseEgressAllow('127.0.0.1') })
  stack.defer(() => door.close())
  const context = contextWith(door.forStep(NO_SECRETS))
  const [plugin] = findPackages([PLUGIN])
  if (!plugin) throw new Error(`There is no plugin at ${PLUGIN}.`)
  const host = new PluginHost(plugin, { secretPaths: [], env: {}, hold: await findHold() })
  stack.defer(() => host.close())
  await host.describe()
  const input = { url, token: new Sensitive(SECRET) }
  return {
    apart: async () => check(JSON.parse(await host.run({ type: 'sends', input }, false, context))),
    here: async () => check(await sends.run(input, context)),
  }
}

/** Milliseconds. */
async function times(call: () => Promise<void>): Promise<number[]> {
  const all: number[] = []
  for (let count = 0; count < CALLS; count++) {
    const began = performance.now()
    await call()
    all.push(performance.now() - began)
  }
  return all
}

const at95 = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? Number.NaN

function check(answer: unknown): void {
  if (!isDeepStrictEqual(answer, { n: 2 })) throw new Error('The server answered something else.')
}

const contextWith = (http: Http) =>
  ({
    http,
    maxResponseBytes: 1024 * 1024,
    signal: new AbortController().signal,
    config: {},
    attempt: 1,
    idempotencyKey: 'key',
    workspace: 'bench',
    run: 'bench.run',
  }) as unknown as StepContext

const NO_SECRETS = {
  workspace: 'bench',
  find: () => [],
  prepare: async () => undefined,
  policies: new Map(),
  inHand: [],
  anyPlace: new Set<string>(),
  signal: new AbortController().signal,
}
