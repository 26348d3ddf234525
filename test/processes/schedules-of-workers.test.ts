import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startWorker } from '../../src/processes/worker.ts'
import * as documents from '../support/documents.ts'
import { startWorkerProcess } from '../support/lockstep-process.ts'
import {
  createScheduled,
  daily,
  everyMinute,
  minutesAgo,
  openScheduleWorld,
  type ScheduleWorld,
} from './schedule-world.ts'

vi.setConfig({ testTimeout: 240_000 })

let world: ScheduleWorld
let app: ScheduleWorld['app']
let acme: ScheduleWorld['acme']
let globex: ScheduleWorld['globex']
let nextOf: ScheduleWorld['nextOf']
let runsOf: ScheduleWorld['runsOf']
let copyDue: ScheduleWorld['copyDue']
let counts: ScheduleWorld['counts']

beforeAll(async () => {
  world = await openScheduleWorld('value-in-a-scheduled-run-7713')
  ;({ app, acme, globex, nextOf, runsOf, copyDue, counts } = world)
})
beforeEach(() => world.clear())
afterAll(() => world.close())

test('a worker that is killed among the ticks leaves each with one run', async () => {
  const id = await createScheduled(acme, daily)
  await copyDue(id, 100, minutesAgo(1))
  const victim = await startWorkerProcess(app)
  await vi.waitUntil(async () => ((await counts())[2] ?? 0) > 5, { interval: 5, timeout: 30_000 })
  await victim.kill()
  const [, , atDeath = 0] = await counts()
  expect(atDeath).toBeLessThan(100)
  process.stdout.write(`schedules: ${atDeath} of 100 ticks had their run when the worker was killed\n`)
  const next = await startWorker(app.config, app.logger)
  await vi.waitUntil(async () => ((await counts())[1] ?? 0) === 100, { timeout: 100_000, interval: 200 })
  expect(await counts()).toEqual([101, 100, 100])
  await next.stop()
})

test('several workers give each minute one run, with a clock that the queue had lost and one of them killed', async () => {
  const [victim, ...workers] = await Promise.all([
    startWorkerProcess(app),
    startWorkerProcess(app),
    startWorker(app.config, app.logger),
  ])
  const id = await createScheduled(acme, everyMinute)
  const other = await createScheduled(globex, everyMinute)
  const steps = [
    { key: 'told', type: 'set-values', fields: { values: '{{ trigger.schedule }}' } },
    { key: 'call', type: 'custom-http', fields: { url: 'http://127.0.0.1:9/{{ secrets.KEY }}' } },
  ]
  await acme.admin.mutate(documents.updateAutomation, { input: { id, version: 1, name: 'Calls', steps } })
  const at = new Date(await nextOf(id)).toISOString()
  await victim.kill()
  const both = [id, other]
  await vi.waitUntil(async () => (await Promise.all(both.map(runsOf))).every(({ length }) => length > 0), {
    timeout: 150_000,
    interval: 200,
  })
  const [[called], [told]] = (await Promise.all(both.map(runsOf))) as [{ id: string }[], { id: string }[]]
  const schedule = { ...everyMinute, at }
  expect(await acme.waitForRun(`acme.${called?.id}`)).toMatchObject({
    input: { schedule },
    steps: [
      { key: 'told', status: 'SUCCEEDED', output: schedule },
      { key: 'call', status: 'FAILED', secrets: ['KEY'] },
    ],
  })
  expect(await globex.waitForRun(`globex.${told?.id}`)).toMatchObject({
    status: 'SUCCEEDED',
    output: { at: expect.stringMatching(/:00\.000Z$/) },
  })
  await Promise.all(workers.map((worker) => worker.stop()))
  const twice = await app.database.query(
    `select 1 from run where input is not null group by automation, input->'schedule'->>'at' having count(*) > 1`,
  )
  expect(twice).toEqual([])
  const [late] = await app.database.query<{ late: number }>(
    'select extract(epoch from min(created_at) - $1::timestamptz)::float as late from run',
    [at],
  )
  process.stdout.write(`schedules: the run began ${late?.late.toFixed(1)} s after its minute\n`)
})
