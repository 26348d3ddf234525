import { createEgress, parseEgressAllow } from '../../../src/egress/index.ts'
import { TestAuthority } from '../../egress/certificates.ts'
import { type Benchmark, inTurns, toFigure } from '../benchmark.ts'
import { createFloorRequest } from '../floors/request.ts'
import { startServer } from '../processes.ts'
import { timed } from '../timed.ts'

export const egress: Benchmark = {
  name: 'egress',
  about: 'a request to a local https server, as a step makes it; undici’s own on a kept connection',
  async measure(bench) {
    const { stack, options } = bench
    const authority = new TestAuthority()
    const { key, cert } = authority.issue(['127.0.0.1'])
    const url = await startServer(stack, 'secure-target.ts', { TLS_KEY: key, TLS_CERT: cert })
    const door = createEgress({ allow: parseEgressAllow('127.0.0.1'), ca: authority.pem })
    stack.defer(() => door.close())
    const http = door.forStep(NO_SECRETS)
    const request = async () => checkAnswer(await (await http(url)).text())
    const requestFloor = createFloorRequest(url, authority.pem, stack)
    const sides = {
      ours: async () => 1e6 / (await timed(options.seconds, request)),
      floor: async () => 1e6 / (await timed(options.seconds, async () => checkAnswer(await requestFloor()))),
    }
    bench.say('egress: warming up')
    await sides.ours()
    await sides.floor()
    const rounds = await inTurns(bench, 'egress', sides)
    return [toFigure({ name: 'egress', unit: 'requests/s', rounds, goal: { of: 'ratio', atLeast: 0.8 } })]
  },
}

const NO_SECRETS = {
  workspace: 'bench',
  find: () => [],
  prepare: async () => undefined,
  policies: new Map(),
  inHand: [],
  anyPlace: new Set<string>(),
  signal: new AbortController().signal,
}

function checkAnswer(text: string): void {
  if (text !== '{"n":2}') throw new Error(`The server answered something else: ${text}`)
}
