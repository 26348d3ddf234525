import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRuns } from '../../src/domain/runs.ts'

const run = { workspace: 'acme', id: randomUUID(), status: 'SUCCEEDED', finishedAt: new Date() }
const runs = createRuns({
  store: { em: () => ({ findOne: async () => run }) },
  signals: { wait: async () => undefined },
} as never)

// What is left of a caller's time is a difference of two clocks.
test.each([0, 0.0004, 1 / 3, 30])('a run can be waited for %d seconds', async (seconds) => {
  expect(await runs.settle(`acme.${run.id}`, seconds)).toBe(run)
})
