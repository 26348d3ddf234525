import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, type World } from './world.ts'

const screens = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
]

let world: World
let windows: Page[]
beforeAll(async () => {
  world = await openWorld()
  windows = await Promise.all(screens.map((screen) => world.open('admin', '/favicon.svg', screen)))
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

it.each(pages)('%s is free of accessibility problems and fits a narrow screen', async (path) => {
  for (const page of windows) {
    await page.goto(`/w/acme/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  }
})
