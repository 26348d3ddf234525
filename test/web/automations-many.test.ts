import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { graphql } from './as-viewer.ts'
import { addAutomation, expectAccessible } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

const COUNT = 2000
const PAGE = 50

let world: World
let page: Page
beforeAll(async () => {
  world = await openWorld()
  const id = await addAutomation(world, 'Automation 00001', [
    { key: 'first', type: 'set-values', fields: { values: { n: 1 } } },
  ])
  // The others are copies of it, each with twenty runs, as a page that is used has them.
  await world.app.database.query(
    `insert into automation (select (jsonb_populate_record(a, jsonb_build_object(
       'id', gen_random_uuid(), 'name', 'Automation ' || lpad(i::text, 5, '0')))).*
     from automation a, generate_series(2, $1) i where a.id = $2)`,
    [COUNT, id.split('.').at(-1)],
  )
  const start = 'mutation($input: RunAutomationInput!) { runAutomation(input: $input) { __typename } }'
  await graphql(world.callers.admin, start, { input: { automation: id } })
  await world.app.database.query(
    `insert into run (select (jsonb_populate_record(r, jsonb_build_object(
       'id', gen_random_uuid(), 'automation_id', a.id, 'status', 'SUCCEEDED', 'started_at', now(), 'finished_at', now() + i * interval '1 s'))).*
     from run r, automation a, generate_series(1, 20) i where a.name < 'Automation 00100')`,
  )
  page = await world.open('member', '/w/acme/automations')
}, 120_000)
afterAll(() => world?.close())

const rows = () => page.getByRole('list', { name: 'Automations' }).getByRole('listitem')
const first = () => rows().first().getByRole('link').first().textContent()

it('shows 50 of 2,000 at a time, and the others behind links that the history keeps', async () => {
  await expect.poll(first).toBe('Automation 00001')
  expect(await rows().count()).toBe(PAGE)
  expect(await page.getByRole('link', { name: 'Previous 50' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Next 50' }).click()
  await expect.poll(first).toBe('Automation 00051')
  await page.getByRole('link', { name: 'Next 50' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(first).toBe('Automation 00101')
  await page.getByRole('link', { name: 'Previous 50' }).click()
  await expect.poll(first).toBe('Automation 00051')
  await page.reload()
  await expect.poll(first).toBe('Automation 00051')
  await page.goBack()
  await expect.poll(first).toBe('Automation 00101')
  await page.goBack()
  await expect.poll(first).toBe('Automation 00051')
  await expectAccessible(page)
})

it('searches all of them, from any page, and keeps it in the address', async () => {
  const search = page.getByRole('searchbox', { name: 'Search automations by name' })
  await search.fill('01999')
  await expect.poll(first).toBe('Automation 01999')
  expect(await rows().count()).toBe(1)
  expect(new URL(page.url()).search).toMatch(/^\?search=/)
  expect(new URL(page.url()).searchParams.has('after')).toBe(false)
  await page.reload()
  await expect.poll(first).toBe('Automation 01999')
  expect(await search.inputValue()).toBe('01999')
  await search.fill('nothing like it')
  await page.getByRole('status').filter({ hasText: 'No name contains “nothing like it”.' }).waitFor()
  await search.fill('')
  await expect.poll(() => rows().count()).toBe(PAGE)
})

it('costs no more than a page of as many as are shown', { timeout: 120_000 }, async () => {
  const cost = async (search: string) => {
    const costs: number[] = []
    for (let time = 0; time < 3; time += 1) costs.push(await tasksOf(`/w/acme/automations${search}`))
    return Math.min(...costs)
  }
  // 100 automations have a name with 000 in front of two digits: the page shows as many as without a search.
  const few = await cost('?search=%22Automation%20000%22')
  const all = await cost('')
  expect(all).toBeLessThan(few * 2)
})

/** The processor time of the main thread for loading a page, in ms. It prints the tasks that people would notice. */
async function tasksOf(path: string): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.addInitScript(`
    window.tasks = []
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' })
  `)
  await page.goto(path)
  await rows()
    .nth(PAGE - 1)
    .waitFor()
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const tasks = await page.evaluate<number[]>('tasks')
  const spent = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  process.stdout.write(`${path}: ${Math.round(spent)} ms, tasks over 50 ms: ${JSON.stringify(tasks)}\n`)
  return spent
}
