import { afterEach, expect, test } from 'vitest'
import type { Job } from '../../src/off-loop/lane.ts'
import { createThreads, type Threads } from '../../src/off-loop/threads.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'

const value = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
// Keeps a thread busy for some seconds.
const slow = '%25'.repeat(4 * 1024 * 1024)
const large = `${'lorem ipsum '.repeat(10_000)}${value}`

let threads: Threads
afterEach(() => threads.close())

function redactorOf(workspace: string, run = workspace) {
  const redactor = createRunRedactor({ workspace, run, threads })
  redactor.learn(['KEY'], new Sensitive(value))
  return redactor
}

test('a large text is redacted and searched like a small one, with everything learned meanwhile', async () => {
  threads = createThreads()
  const redactor = redactorOf('acme')
  expect(await redactor.largeText(large)).toBe(redactor.text(large))
  expect(await redactor.findIn([large])).toEqual(['KEY'])
  const json = JSON.stringify({ [`${value}!`]: large, other: 'learned-later' })
  redactor.learn(['LATER', 'OTHER'], new Sensitive('learned-later'))
  expect(await redactor.json(json)).toBe(JSON.stringify(redactor.data(JSON.parse(json))))
  expect(await redactor.findIn([`${large} learned-later`])).toEqual(['KEY', 'LATER', 'OTHER'])
  expect(await redactor.findIn([Buffer.from(large)])).toEqual(['KEY'])
})

test('a text without values is returned unchanged, and a run does not know what another one learned', async () => {
  threads = createThreads()
  const json = JSON.stringify([large])
  const redactor = createRunRedactor({ workspace: 'other', run: 'other', threads })
  await redactorOf('acme').json(json)
  expect(await redactor.json(json)).toBe(json)
})

test('a run whose thread forgot it or ended sends the thread everything again', async () => {
  threads = createThreads()
  const redactor = redactorOf('acme')
  await redactor.findIn([large])
  redactor.close()
  expect(await redactor.findIn([`${large} `])).toEqual(['KEY'])
  const stop = new AbortController()
  const stopped = redactor.json(JSON.stringify(large + slow), stop.signal)
  stop.abort(new Error('told to stop'))
  await expect(stopped).rejects.toThrow('told to stop')
  expect(await redactor.findIn([`${large}  `])).toEqual(['KEY'])
})

test('the search of many texts returns the found values for each text', async () => {
  threads = createThreads()
  const redactor = redactorOf('acme')
  const many = Array.from({ length: 3000 }, (_, n) => (n === 2999 ? `${n} ${value}` : `text ${n}`))
  const owners = await redactor.ownersIn([...many, large, slow.slice(0, 100_000)])
  expect(owners.size).toBe(3002)
  expect([...owners].filter(([, names]) => names.length > 0)).toEqual([
    [`2999 ${value}`, ['KEY']],
    [large, ['KEY']],
  ])
})

/** A job that records when it is done. */
function job(workspace: string, done: string[], size = 2 * 1024 * 1024): Omit<Job, 'done'> {
  const text = 'x'.repeat(size)
  return {
    workspace,
    size,
    limit: 60_000,
    signal: undefined,
    spent: () => done.push(workspace),
    tooLong: () => new Error('too long') as never,
    work: () => ({ kind: 'text', text, run: workspace, learned: [] }),
  }
}

test('the large texts of one workspace delay another workspace by two of them at most', async () => {
  threads = createThreads([{ largest: Number.POSITIVE_INFINITY, memory: 256 }])
  const done: string[] = []
  const busy = Array.from({ length: 12 }, () => threads.run(job('busy', done)))
  await Promise.all([threads.run(job('other', done, 300_000)), ...busy])
  expect(done.indexOf('other')).toBeLessThanOrEqual(2)
})

test('a text of 300 KiB does not wait behind a large one', async () => {
  threads = createThreads()
  const done: string[] = []
  const stop = new AbortController()
  const busy = redactorOf('busy').json(JSON.stringify(slow), stop.signal)
  await threads.run(job('other', done, 300_000))
  expect(done).toEqual(['other'])
  stop.abort(new Error('told to stop'))
  await expect(busy).rejects.toThrow('told to stop')
})

test('a job over its time, or over the memory of its thread, fails alone', async () => {
  threads = createThreads([{ largest: Number.POSITIVE_INFINITY, memory: 16 }])
  const done: string[] = []
  const late = { ...job('acme', done), limit: 1, work: () => ({ kind: 'text', text: slow }) as never }
  await expect(threads.run(late)).rejects.toThrow('too long')
  const redactor = redactorOf('acme')
  const wide = `[${'[],'.repeat(2_000_000)}0]`
  await expect(redactor.json(wide)).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE' })
  expect(await redactor.findIn([large])).toEqual(['KEY'])
})

test('an error in a thread contains nothing of its input', async () => {
  threads = createThreads()
  const failed = redactorOf('acme').json(`${large} is no JSON`)
  await expect(failed).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.not.stringContaining(value),
  })
})

test('closing ends running and waiting jobs, and no further job begins', async () => {
  threads = createThreads([{ largest: Number.POSITIVE_INFINITY, memory: 256 }])
  const all = [redactorOf('a').json(JSON.stringify(slow)), redactorOf('b').json(JSON.stringify(slow))]
  const ended = Promise.allSettled(all)
  await threads.close()
  for (const it of await ended) expect(it).toMatchObject({ reason: { code: 'INTERRUPTED' } })
  await expect(redactorOf('a').json(JSON.stringify(slow))).rejects.toMatchObject({ code: 'INTERRUPTED' })
})
