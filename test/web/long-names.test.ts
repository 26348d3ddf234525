import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, overflow } from './accessible.ts'
import { graphql } from './as-viewer.ts'
import { addAutomation } from './editor-support.ts'
import { openWorld, type World } from './world.ts'

// Names as people have them: as long as they may be, from right to left, with markup, and with what nobody sees.
const names = [
  'Ü'.repeat(200),
  `مرحبا ${'بالعالم '.repeat(20)}`.trim(),
  `${'👩‍👩‍👧‍👦'.repeat(18)}`,
  `zero\u200b\u200d\u2060width${'\u200b'.repeat(100)}end`,
  '<img src=x onerror="document.title=1">{{ secrets.X }}<script>document.title=2</script>',
]
const SECRET = `LONG_${'X'.repeat(59)}`
const narrow = { width: 360, height: 740 }

let world: World
let ids: string[]
beforeAll(async () => {
  world = await openWorld()
  const { admin } = world.callers
  ids = []
  for (const name of names)
    ids.push(
      await addAutomation(world, name, [{ key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } }]),
    )
  const add =
    'mutation($input: SecretInput!) { createSecret(input: $input) { __typename ... on Error { message } } }'
  const secret = { workspace: 'acme', name: SECRET, value: 'a-value-of-a-long-name' }
  expect(await graphql(admin, add, { input: secret })).toEqual({
    createSecret: { __typename: 'CreateSecretSuccess' },
  })
  const describe = 'mutation($input: SecretNotesInput!) { describeSecret(input: $input) { __typename } }'
  const note = { workspace: 'acme', name: SECRET, owner: names[0], description: names[4] }
  await graphql(admin, describe, { input: note })
  const rename = 'mutation($input: RenameWorkspaceInput!) { renameWorkspace(input: $input) { __typename } }'
  await graphql(admin, rename, { input: { workspace: 'acme', name: names[0] } })
  const token = 'mutation($input: ApiTokenInput!) { createApiToken(input: $input) { __typename } }'
  for (const name of names)
    await graphql(admin, token, { input: { workspace: 'acme', name, role: 'MEMBER' } })
  const invite = 'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { __typename } }'
  const email = `${'a'.repeat(60)}@${'b'.repeat(60)}.example.com`
  await graphql(admin, invite, { input: { workspace: 'acme', email, role: 'MEMBER' } })
  const start = 'mutation($input: RunAutomationInput!) { runAutomation(input: $input) { __typename } }'
  for (const automation of ids) await graphql(admin, start, { input: { automation } })
}, 120_000)
afterAll(() => world?.close())

/** Texts that end in "…" where nothing tells the rest. */
const CUT = `[...document.querySelectorAll('body *')].filter((it) => {
  const { textOverflow, webkitLineClamp } = getComputedStyle(it)
  const isCut =
    (textOverflow === 'ellipsis' && it.scrollWidth > it.clientWidth) ||
    (webkitLineClamp !== 'none' && it.scrollHeight > it.clientHeight)
  return isCut && !it.matches('input, select, textarea') && it.closest('[title]') === null
}).map((it) => it.outerHTML)`

it.each([
  ['/w/acme/automations', 360],
  ['/w/acme/runs', 360],
  ['/w/acme/settings/secrets', 360],
  ['/w/acme/settings/members', 360],
  ['/w/acme/settings/tokens', 360],
  ['/w/acme/settings/audit', 360],
  ['/w/acme/settings/workspace', 360],
  ['/w/acme/settings/secrets', 1280],
  ['/w/acme/settings/tokens', 1280],
])('%s at %i px shows every name as text, and needs no sideways scrolling', async (path, width) => {
  const page = await world.open('admin', path, { ...narrow, width })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  expect(await overflow(page)).toBe(0)
  expect(await page.title()).toMatch(/Lockstep$/)
  expect(await page.locator('main img[src=x], main script').count()).toBe(0)
  expect(await page.evaluate(CUT)).toEqual([])
  expect(await accessibilityProblems(page)).toEqual([])
  await world.leave(page)
})

it('dialogs with long names fit on a narrow screen', async () => {
  const page = await world.open('admin', '/w/acme/settings/workspace', narrow)
  await page.getByRole('button', { name: 'Delete the workspace' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await overflow(page)).toBe(0)
  expect(
    await page.evaluate(
      '(() => { const it = document.querySelector("[role=dialog]"); return it.scrollWidth - it.clientWidth })()',
    ),
  ).toBe(0)
  await page.keyboard.press('Escape')
  for (const id of ids) {
    await page.goto(`/w/acme/automations/${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await overflow(page)).toBe(0)
  }
  await page.goto(`/w/acme/settings/secrets?secret=${SECRET}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).waitFor()
  expect(await overflow(page)).toBe(0)
  expect(await page.title()).toMatch(/Lockstep$/)
  await world.leave(page)
}, 60_000)
