import { type Benchmark, toFigure } from '../benchmark.ts'
import { compareOpening } from '../compare-opening.ts'

export const openCold: Benchmark = {
  name: 'open-cold',
  about: 'opening a sealed value that was not opened before; X25519, HKDF and AES-GCM of node:crypto',
  async measure(bench) {
    const rounds = await compareOpening(bench, 'open-cold', { cache: { seconds: 0, max: 0 } })
    return [toFigure({ name: 'open-cold', unit: 'µs', rounds, goal: { of: 'ratio', atMost: 6 } })]
  },
}
