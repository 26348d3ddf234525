import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareOpening } from '../compare-opening.ts'

export const openWarm: Benchmark = {
  name: 'open-warm',
  about: 'opening a sealed value again within half a minute; X25519, HKDF and AES-GCM of node:crypto',
  async measure(bench) {
    const rounds = await compareOpening(bench, 'open-warm', {})
    return [toFigure({ name: 'open-warm', unit: 'µs', rounds, goal: { of: 'ratio', atMost: 0.2 } })]
  },
}
