import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ worker: true, env: { LOCKSTEP_GRAPHIQL: 'on' } })
}, 120_000)
afterAll(() => world?.close())

it('GraphiQL knows the schema, asks as the person who is signed in, and takes nothing from elsewhere', async () => {
  const page = await world.open('admin', '/favicon.svg')
  const origins = new Set<string>()
  const wrong: string[] = []
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:') origins.add(origin)
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  const answer = await page.goto(`/graphiql?query=${encodeURIComponent('{ viewer { email } }')}`)
  expect(answer?.headers()['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  await page.getByRole('button', { name: /execute query/i }).click()
  await page.locator('.result-window').getByText('ada@example.com').waitFor()
  await page.getByRole('button', { name: /documentation explorer/i }).click()
  await page.getByText('Secrets for workflow automations').first().waitFor()
  expect(wrong).toEqual([])
  expect([...origins]).toEqual([world.app.url])
})

it('GraphiQL learns no schema where nobody is signed in', async () => {
  const page = await world.open(undefined, '/favicon.svg')
  const asked = page.waitForResponse((it) => it.url().endsWith('/graphql'))
  await page.goto('/graphiql')
  expect(await (await asked).text()).toContain('UNAUTHENTICATED')
})

it('no other page has the policy of GraphiQL', async () => {
  for (const path of ['/', '/graphiqlx', '/graphql', '/graphiql/app.js', '/graphiql/none.js']) {
    const { headers } = await fetch(`${world.app.url}${path}`)
    expect(headers.get('content-security-policy'), path).not.toContain('unsafe-inline')
  }
  const missing = await fetch(`${world.app.url}/graphiql/none.js`)
  expect(missing.status).toBe(404)
  expect((await fetch(`${world.app.url}/graphiql`, { method: 'POST' })).status).toBe(404)
})
