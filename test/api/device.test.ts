import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { APP_SETTINGS, appTokensOf, sendForm } from '../support/app-sign-in.ts'
import type { Client } from '../support/client.ts'
import {
  askForDevice,
  COMMAND_LINE,
  type DeviceCodes,
  decideDevice,
  redeemDevice,
} from '../support/device-login.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace } from '../support/workspace.ts'

let app: TestApp
let ada: Client
beforeAll(async () => {
  app = await startTestApp({ env: APP_SETTINGS })
  ada = (await createTestWorkspace(app, 'acme')).admin
})
afterAll(() => app.close())

const ask = () => askForDevice(app.anonymous)
const redeem = (code: string, client?: string) => redeemDevice(app.anonymous, code, client)
const viewerOf = async (token: string) => (await app.withToken(token).graphql(documents.viewer)).data.viewer
/** As if the program had waited as long as it is told to. */
const waited = () => app.database.query('update device_request set next_ask_at = now()')

describe('a command line', () => {
  test('is let in by the code that a person types, acts as the person, and is in their audit log', async () => {
    const codes = await ask()
    expect(codes).toMatchObject({
      expires_in: 600,
      interval: 5,
      verification_uri: `${app.config.publicUrl}/device`,
    })
    expect(codes.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    await waited()
    expect(await redeem(codes.device_code)).toMatchObject({ status: 400, error: 'authorization_pending' })
    const shown = await ada.request(`/api/oauth/device/request?user_code=${codes.user_code.toLowerCase()}`)
    expect(JSON.parse(shown.text)).toMatchObject({ client: COMMAND_LINE, address: expect.any(String) })
    expect((await decideDevice(ada, codes.user_code.replace('-', ' '), true)).status).toBe(200)
    const tokens = await redeem(codes.device_code)
    expect(tokens).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 600 })
    expect((await viewerOf(tokens.access_token)).email).toBe(ada.email)
    const { data } = await app
      .withToken(tokens.access_token)
      .graphql(documents.auditLog, { workspace: 'acme' })
    expect(data.auditLog).toContainEqual(expect.objectContaining({ action: 'app.allow' }))
    const form = { grant_type: 'refresh_token', client_id: COMMAND_LINE, refresh_token: tokens.refresh_token }
    expect((await sendForm(app.anonymous, '/api/oauth/token', form)).status).toBe(200)
  })

  test('gets tokens once, also when it asks twice at the same moment', async () => {
    const codes = await ask()
    await decideDevice(ada, codes.user_code, true)
    const both = await Promise.all([redeem(codes.device_code), redeem(codes.device_code)])
    expect(both.map((it) => it.status).sort((a, b) => a - b)).toEqual([200, 400])
    expect(await redeem(codes.device_code)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  test('that asks too often is told to slow down, and each time more', async () => {
    const codes = await ask()
    await waited()
    expect((await redeem(codes.device_code)).error).toBe('authorization_pending')
    expect((await redeem(codes.device_code)).error).toBe('slow_down')
    expect((await redeem(codes.device_code)).error).toBe('slow_down')
    const rows = await app.database.query('select max(interval_seconds) as most from device_request')
    expect(JSON.stringify(rows)).toContain('15')
  })

  test('is told that the person refused, and that nobody decided in time', async () => {
    const refused = await ask()
    await decideDevice(ada, refused.user_code, false)
    expect((await redeem(refused.device_code)).error).toBe('access_denied')
    const late = await ask()
    await app.database.query('update device_request set expires_at = now()')
    expect((await decideDevice(ada, late.user_code, true)).status).toBe(404)
    expect((await redeem(late.device_code)).error).toBe('expired_token')
  })

  test('ends with its refresh token, and with the session list of the person', async () => {
    const codes = await ask()
    await decideDevice(ada, codes.user_code, true)
    const { access_token, refresh_token } = await redeem(codes.device_code)
    const { text } = await ada.request('/api/auth/sessions')
    expect(JSON.parse(text)).toContainEqual(expect.objectContaining({ app: COMMAND_LINE }))
    await sendForm(app.anonymous, '/api/oauth/revoke', { client_id: COMMAND_LINE, token: refresh_token })
    await expect.poll(() => viewerOf(access_token)).toBeNull()
  })
})

describe('nothing is given', () => {
  test('to another app that shows the code, nor for a code that is made up', async () => {
    const codes = await ask()
    await decideDevice(ada, codes.user_code, true)
    expect((await redeem(codes.device_code, 'board')).error).toBe('invalid_grant')
    const [id] = codes.device_code.split('.')
    expect((await redeem(`${id}.${'A'.repeat(43)}`)).error).toBe('invalid_grant')
    expect((await redeem('')).error).toBe('invalid_grant')
    expect((await redeem(codes.device_code)).status).toBe(200)
  })

  test('to an app that asks for codes and is not the command line', async () => {
    const { status, text } = await sendForm(app.anonymous, '/api/oauth/device', { client_id: 'board' })
    expect([status, JSON.parse(text).error]).toEqual([400, 'unauthorized_client'])
  })

  test.each([
    ['to nobody', () => app.anonymous],
    [
      'to an app with a token of the person, which must not let in others',
      async () => {
        return app.withToken((await appTokensOf(ada, app.anonymous)).access_token)
      },
    ],
  ])('by a decision that belongs %s', async (_who, whose) => {
    const codes = await ask()
    const { status } = await decideDevice(await whose(), codes.user_code, true)
    expect(status).toBe(401)
    await waited()
    expect((await redeem(codes.device_code)).error).toBe('authorization_pending')
  })

  test('by a form of another site', async () => {
    const codes = await ask()
    expect((await decideDevice(ada, codes.user_code, true, { 'content-type': 'text/plain' })).status).toBe(
      415,
    )
  })

  test('by a second decision', async () => {
    const codes = await ask()
    expect((await decideDevice(ada, codes.user_code, false)).status).toBe(200)
    expect((await decideDevice(ada, codes.user_code, true)).status).toBe(404)
    expect((await redeem(codes.device_code)).error).toBe('access_denied')
  })

  test('to somebody who tries codes: after ten wrong ones a person waits', async () => {
    const mallory = await app.signUp('Mallory')
    const codes = await ask()
    const statuses: number[] = []
    for (let tried = 0; tried < 12; tried++) {
      const { status } = await mallory.request(
        `/api/oauth/device/request?user_code=BBBBBBB${'BCDFGHJKLMNP'[tried]}`,
      )
      statuses.push(status)
    }
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(404))
    expect(statuses.at(-1)).toBe(429)
    expect((await decideDevice(mallory, codes.user_code, true)).status).toBe(429)
    expect((await decideDevice(ada, codes.user_code, true)).status).toBe(200)
  })
})

test('neither code is in the database, nor in a log', async () => {
  // The answer itself has them, and is not looked at.
  const response = await app.anonymous.open('/api/oauth/device', {
    method: 'POST',
    body: new URLSearchParams({ client_id: COMMAND_LINE }),
  })
  const codes = (await response.json()) as DeviceCodes
  const [, secret = ''] = codes.device_code.split('.')
  await app.expectNoCanary(secret, codes.user_code)
})
