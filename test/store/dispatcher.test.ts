import { expect, test, vi } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { Reach } from '../../src/store/reach.ts'
import { Dispatcher, type HandleRun } from '../../src/store/runs/dispatcher.ts'
import type { HotPool } from '../../src/store/runs/hot-pool.ts'

const log = createLogger('silent', 'test')
const held = { workspace: 'acme', run: '1', claim: 'c' }

/** A dispatcher over a database that hands out one run, whose first step has started, and takes nothing back at first. */
async function giveBackLate(handle: HandleRun) {
  const releases: string[] = []
  const rows = [{ ...held, begun: false, cancelled: false, secrets: null, is_started: true, rest: null }]
  const query: HotPool['query'] = async (name) => {
    if (name === 'claim-runs') return rows.splice(0) as never
    if (!name.startsWith('release')) return []
    if (releases.push(name) === 1) throw new Error('the database is away')
    return []
  }
  const dispatcher = new Dispatcher({
    pool: { query, use: () => ({ total: 0, idle: 0, waiting: 0 }), close: async () => undefined },
    worker: 'w',
    limits: { worker: 5, workspace: 5 },
    handle,
    began: () => undefined,
    log,
    reach: new Reach(log),
    mayWork: () => true,
  })
  dispatcher.look()
  await vi.waitUntil(() => releases.length === 1)
  // The next heartbeat finds that the job is still this worker's.
  await vi.waitUntil(async () => {
    await dispatcher.compare(async () => [held])
    return releases.length > 1
  })
  await dispatcher.close(0)
  return releases
}

test('a step that may have had its effect stays as it is, also when its run is given back later', async () => {
  const releases = await giveBackLate(async (run) => {
    run.started = null
    throw new Error('trouble of the worker')
  })
  expect(releases).toEqual(['release-run', 'release-run'])
})

test('a step that has done nothing is taken back, also when its run is given back later', async () => {
  const releases = await giveBackLate(async () => {
    throw new Error('trouble of the worker')
  })
  expect(releases).toEqual(['release-untouched', 'release-untouched'])
})
