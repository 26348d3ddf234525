import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newVerifier, requestOf } from '../support/app-sign-in.ts'
import { accessibilityProblems, overflow } from './accessible.ts'
import { openWorld, PASSWORD, type World } from './world.ts'

let world: World
let page: Server
let origin: string
beforeAll(async () => {
  page = createServer((_req, res) => res.setHeader('content-type', 'text/html').end('<h1>The app</h1>'))
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
  world = await openWorld({
    env: { LOCKSTEP_APPS: `board=${origin}/back`, LOCKSTEP_CORS_ORIGINS: origin },
  })
}, 120_000)
afterAll(async () => {
  await world?.close()
  page?.close()
})

const addressOf = (verifier: string, change: Record<string, string> = {}) =>
  `/authorize?${new URLSearchParams({ ...requestOf(verifier), redirect_uri: `${origin}/back`, ...change })}`

it('signs a person in to an app of another origin, which then reads the API from its own page', async () => {
  const verifier = newVerifier()
  const at = await world.open(undefined, addressOf(verifier))
  await at.getByLabel('Email').fill('ada@example.com')
  await at.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await at.keyboard.press('Enter')
  await at.getByRole('heading', { name: 'Allow board?' }).waitFor()
  await at.getByText(`at ${origin} wants to act as Ada Lovelace (ada@example.com)`).waitFor()
  await at.getByText('acme: Admin').waitFor()
  expect(await accessibilityProblems(at)).toEqual([])
  expect(await overflow(at)).toBe(0)
  await at.getByRole('button', { name: 'Allow' }).click()
  await at.getByRole('heading', { name: 'The app' }).waitFor()
  const back = new URL(at.url())
  expect([back.origin, back.pathname, back.searchParams.get('state')]).toEqual([origin, '/back', 'xyz'])
  const form = {
    grant_type: 'authorization_code',
    client_id: 'board',
    redirect_uri: `${origin}/back`,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  }
  const read = await at.evaluate(
    async ([api, body]) => {
      const tokens = await fetch(`${api}/api/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams(body),
      })
      const { access_token } = await tokens.json()
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${access_token}` }
      const query = JSON.stringify({ query: '{ viewer { email } }' })
      return (await fetch(`${api}/graphql`, { method: 'POST', headers, body: query })).json()
    },
    [world.app.url, form] as const,
  )
  expect(read).toEqual({ data: { viewer: { email: 'ada@example.com' } } })
  await at.goto(`${world.app.url}/security`)
  await at.getByText('App board').waitFor()
})

it('says that the person refused', async () => {
  const at = await world.open('admin', addressOf(newVerifier()))
  await at.getByRole('button', { name: 'Refuse' }).click()
  await at.getByRole('heading', { name: 'The app' }).waitFor()
  expect(new URL(at.url()).searchParams.get('error')).toBe('access_denied')
})

it('leads nowhere when the address is not the registered one', async () => {
  const at = await world.open('admin', addressOf(newVerifier(), { redirect_uri: 'https://evil.example/' }))
  await at.getByRole('heading', { name: 'This app cannot sign you in' }).waitFor()
  await at.getByText('an address that is not registered').waitFor()
  await expect.poll(() => at.getByRole('button', { name: 'Allow' }).count()).toBe(0)
})
