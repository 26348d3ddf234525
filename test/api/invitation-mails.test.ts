import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

let app: TestApp
let mail: MailServer
let acme: TestWorkspace
beforeAll(async () => {
  mail = await startMailServer()
  app = await startTestApp({ env: mail.env })
  acme = await createTestWorkspace(app, 'acme')
})
afterAll(async () => {
  await app.close()
  await mail.close()
})

const inviteMember = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
  ... on InviteMemberSuccess { url mailed } } }`
const invite = async (email: string, more: object = {}) =>
  (
    await acme.admin.graphql(inviteMember, {
      input: { workspace: 'acme', email, role: 'MEMBER', ...more },
    })
  ).data.inviteMember as { url: string; mailed: boolean }
const offer = 'query ($token: String!) { invitationOffer(token: $token) { workspace invitedBy email role } }'
const mailsTo = (email: string) => mail.received.filter(({ to }) => to.includes(email))

test('an invitation is mailed once, with its link, the workspace and who invites', async () => {
  const idempotencyKey = 'the same invitation'
  const { url, mailed } = await invite('lin@example.com', { idempotencyKey })
  expect(mailed).toBe(true)
  await expect.poll(() => mailsTo('lin@example.com').length).toBe(1)
  const [received] = mailsTo('lin@example.com')
  expect(received?.text).toContain('Subject: Join acme on Lockstep')
  expect(received?.text).toContain('Admin invites you to the workspace acme')
  expect(received?.text).toContain(url)
  // Asked again, as when the answer was lost, it gives the same link and sends nothing.
  expect(await invite('lin@example.com', { idempotencyKey })).toEqual({ url, mailed: false })
  expect(mailsTo('lin@example.com')).toHaveLength(1)
})

test('who has the link sees what it offers before they have an account, and nothing once it is used up', async () => {
  const { url } = await invite('mia@example.com')
  const token = new URL(url).hash.slice(1)
  expect((await app.anonymous.graphql(offer, { token })).data.invitationOffer).toEqual({
    ...{ workspace: 'acme', invitedBy: 'Admin', email: 'mia@example.com', role: 'MEMBER' },
  })
  for (const other of [`${token}x`, 'acme.none', 'none', '']) {
    expect((await app.anonymous.graphql(offer, { token: other })).data.invitationOffer).toBeNull()
  }
  await app.database.query(`update invitation set expires_at = now() where email = 'mia@example.com'`)
  expect((await app.anonymous.graphql(offer, { token })).data.invitationOffer).toBeNull()
})

test('a workspace sends no mails to many strangers', async () => {
  const toStrangers = () => mail.received.filter(({ to }) => to[0]?.startsWith('stranger'))
  const emails = Array.from({ length: 55 }, (_, n) => `stranger${n}@example.com`)
  const made: { mailed: boolean }[] = []
  for (const email of emails) made.push(await invite(email))
  expect(made.at(-1)?.mailed).toBe(false)
  await expect.poll(() => toStrangers().length).toBe(made.filter((it) => it.mailed).length)
  expect(toStrangers().length).toBeLessThanOrEqual(50)
})
