import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

const pages = [
  'automations',
  'runs',
  'settings/secrets',
  'settings/members',
  'settings/tokens',
  'settings/audit',
]

it.each(pages)('%s is accessible and fits a narrow screen', async (path) => {
  for (const screen of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    const page = await world.open('admin', `/w/acme/${path}`, screen)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await page.context().close()
  }
})
