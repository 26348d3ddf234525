import { afterAll, beforeAll, expect, it } from 'vitest'
import { runLockstep } from '../support/command.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
}, 120_000)
afterAll(() => world?.close())

async function lockstep(command: 'pause' | 'resume'): Promise<void> {
  const { dataFolder } = world.app.config
  const env = { DATABASE_URL: world.app.database.url.reveal(), LOCKSTEP_DATA: dataFolder }
  expect(await runLockstep([command], env)).toMatchObject({ code: 0 })
}

it.each(['admin', 'member'] as const)(
  'a paused instance tells its %s why no run begins, until resume',
  async (person) => {
    const page = await world.open(person, '/w/acme/automations', { width: 360, height: 740 })
    const banner = page.getByRole('note', { name: 'No run begins' })
    // The page is not loaded again.
    const shows = (count: number) => expect.poll(() => banner.count(), { timeout: 60_000 }).toBe(count)
    await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor()
    await shows(0)
    await lockstep('pause')
    await shows(1)
    await expect.poll(() => banner.textContent()).toContain('as an operator asked')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await lockstep('resume')
    await shows(0)
    await page.context().close()
  },
)
