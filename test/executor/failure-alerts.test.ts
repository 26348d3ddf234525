import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AlertParts, sendDueAlerts } from '../../src/alerts/send-alerts.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { openMailer } from '../../src/mail/mailer.ts'
import { withoutSecrets } from '../../src/processes/audit-stream.ts'
import { takeAlert } from '../../src/store/alerts.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

const VALUE = 'a value that no alert may hold 8812'

let app: TestApp
let mail: MailServer
let echo: EchoServer
let acme: TestWorkspace
let member: Client
let store: Store
const email = 'grace.alerts@example.com'

beforeAll(async () => {
  ;[mail, echo] = await Promise.all([startMailServer(), startEchoServer()])
  app = await startTestApp({ env: mail.env })
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('API_KEY', VALUE)
  member = await app.signUp('Grace', email)
  const { url } = await acme.admin.mutate(documents.inviteMember, {
    input: { workspace: 'acme', email, role: 'MEMBER' },
  })
  await member.mutate(documents.acceptInvitation, { token: new URL(url).hash.slice(1) })
  store = await openStore(app.config.databaseUrl ?? app.database.url)
})
afterAll(async () => {
  await app.expectNoCanary(VALUE)
  await store.close()
  await Promise.all([app.close(), mail.close(), echo.close()])
})
beforeEach(async () => {
  mail.received.length = 0
  echo.received.length = 0
  mail.refuses = false
  await app.database.query('delete from failure_alert')
})

const setAlert = `mutation ($input: SetFailureAlertInput!) { setFailureAlert(input: $input) {
  __typename ... on SetFailureAlertSuccess { automation { failureAlert { recipients url everyMinutes sentAt } } }
  ... on Error { code message } } }`

const failing = [
  {
    key: 'charge',
    type: 'custom-http',
    fields: { url: 'http://169.254.169.254/', headers: [{ name: 'x', value: '{{ secrets.API_KEY }}' }] },
  },
]

async function automationWith(wish: object, steps: readonly object[] = failing): Promise<string> {
  const { id } = await acme.createAutomation('Nightly "import"', steps)
  await member.mutate(setAlert, { input: { id, recipients: [], ...wish } })
  return id
}

/** What a worker sends with, apart from the one of the instance. */
async function sender(parts: Partial<AlertParts> = {}): Promise<AlertParts> {
  const egress = createEgress({ allow: parseEgressAllow('127.0.0.1/32'), maxResponseBytes: 1e6 } as never)
  const { signIn, publicUrl } = app.config
  return {
    ...{ store, log: app.logger, publicUrl, mayWork: () => true },
    mailer: signIn.mail && (await openMailer(signIn.mail, app.logger)),
    http: (workspace, signal) => egress.forStep(withoutSecrets(workspace, signal)),
    ...parts,
  }
}
const pending = () => app.database.query<{ run: string }>('select run, begun, refusals from failure_alert')
const alerts = () => mail.received.filter(({ text }) => text.includes('A run of the automation'))
const never = new AbortController().signal
/** As if so many minutes had passed. */
const later = (minutes: number) =>
  app.database.query(
    `with sent as (update alert_setting set sent_at = sent_at - make_interval(mins => ${minutes}))
     update failure_alert set due_at = due_at - make_interval(mins => ${minutes})`,
  )

describe('a run that failed', () => {
  test('is told by mail and by POST, with names, ids and the code, and nothing else', async () => {
    const id = await automationWith({ recipients: [` ${email.toUpperCase()}`], url: `${echo.url}/alerts` })
    const run = await acme.run(id)
    expect(run.status).toBe('FAILED')
    await expect.poll(() => [alerts().length, echo.received.length]).toEqual([1, 1])
    const [received] = alerts()
    expect(received?.to).toEqual([email])
    expect(received?.text).toContain('Subject: =?UTF-8?Q?Failed=3A_Nightly')
    expect(received?.text).toContain('failed in the step charge (DESTINATION_NOT_ALLOWED)')
    expect(received?.text).toContain(`/w/acme/runs/${run.id}`)
    const [posted] = echo.received
    expect(posted?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(posted?.body ?? '')).toEqual({
      text: expect.stringContaining('charge'),
      event: 'run.failed',
      workspace: 'acme',
      automation: { id, name: 'Nightly "import"' },
      run: run.id,
      step: 'charge',
      code: 'DESTINATION_NOT_ALLOWED',
      url: expect.stringContaining(run.id),
    })
    await expect.poll(pending).toEqual([])
    const { data } = await acme.admin.graphql(documents.auditLog, { workspace: 'acme', first: 3 })
    expect(data.auditLog.map(({ action }: { action: string }) => action)).toContain('alert.send')
  })

  test('is told once in the time that was asked for, and what came meanwhile is told then', async () => {
    const id = await automationWith({ url: echo.url, everyMinutes: 30 })
    await acme.run(id)
    await expect.poll(() => echo.received.length).toBe(1)
    await expect.poll(pending).toEqual([])
    const second = await acme.run(id)
    await acme.run(id)
    await sendDueAlerts(await sender(), never)
    expect(echo.received).toHaveLength(1)
    expect(await pending()).toHaveLength(1)
    await later(31)
    await sendDueAlerts(await sender(), never)
    await expect.poll(() => echo.received.length).toBe(2)
    expect(JSON.parse(echo.received[1]?.body ?? '').run).toBe(second.id)
  })

  test('is told of nobody who has left, and of nobody when nobody is to be told', async () => {
    const id = await automationWith({ recipients: [email] })
    const [row] = await app.database.query<{ user: string }>(
      `delete from membership where "user" = (select id from auth_user where email = '${email}') returning "user"`,
    )
    await acme.run(id)
    await expect.poll(pending).toEqual([])
    expect(alerts()).toEqual([])
    await app.database.query(
      `insert into membership (workspace_id, "user", role, created_at) values ('acme', $1, 'MEMBER', now())`,
      [row?.user],
    )
    const quiet = await acme.createAutomation('Quiet', failing)
    await acme.run(quiet.id)
    expect(await pending()).toEqual([])
  })

  test('of a success, of a cancelled run and of the test of a step nothing is told', async () => {
    const fine = await automationWith({ url: echo.url }, [
      { key: 'keep', type: 'set-values', fields: { values: '{"a":1}' } },
    ])
    expect((await acme.run(fine)).status).toBe('SUCCEEDED')
    expect(await pending()).toEqual([])
  })
})

describe('an alert that cannot be sent', () => {
  test('fails no run, is tried again later, and says nothing of what the other side said', async () => {
    mail.refuses = true
    const id = await automationWith({ recipients: [email] })
    expect((await acme.run(id)).status).toBe('FAILED')
    await expect.poll(pending).toMatchObject([{ begun: 0, refusals: 1 }])
    mail.refuses = false
    await later(60)
    await sendDueAlerts(await sender(), never)
    await expect.poll(() => alerts().length).toBe(1)
    await expect.poll(pending).toEqual([])
  })

  test('to an address that the operator does not allow goes nowhere', async () => {
    const id = await automationWith({ url: 'http://10.1.2.3/', recipients: [] })
    await acme.run(id)
    await expect.poll(pending).toMatchObject([{ refusals: 1 }])
    expect(app.log.join('')).toContain('DESTINATION_NOT_ALLOWED')
  })

  test('whose worker died is sent once more, and not again', async () => {
    await app.stopWorker()
    const id = await automationWith({ url: echo.url })
    const [workspace, automation] = id.split('.')
    await app.database.query(
      `insert into run (workspace_id, id, automation, status, steps, created_at, error)
       values ($1, uuid_of_now(), $2, 'FAILED', '[]', now(), '{"code":"TIMEOUT","message":"x"}')`,
      [workspace, automation],
    )
    const raise = `insert into failure_alert (workspace_id, automation, run, due_at, created_at)
      select workspace_id, automation, id, now(), now() from run where automation = $1`
    await app.database.query(raise, [automation])
    // Each takes it, and dies before it can say how it ended.
    for (const begun of [1, 2]) {
      expect(await takeAlert(store)).toMatchObject({ begun })
      expect(await takeAlert(store)).toBeUndefined()
      await later(3)
    }
    await sendDueAlerts(await sender(), never)
    expect(echo.received).toEqual([])
    expect(await pending()).toEqual([])
    await app.database.query(raise, [automation])
    await takeAlert(store)
    await later(3)
    await sendDueAlerts(await sender(), never)
    expect(echo.received).toHaveLength(1)
  })
})

describe('who is told', () => {
  test.each([
    ['a stranger', { recipients: ['nobody@example.com'] }],
    ['no URL', { url: 'javascript:alert(1)' }],
    ['a URL with a password', { url: 'https://me:secret-of-url@example.com/' }],
    ['no time', { url: 'https://example.com', everyMinutes: 0 }],
    ['too long a time', { url: 'https://example.com', everyMinutes: 20_000 }],
  ])('is not changed to %s', async (_what, wish) => {
    const { id } = await acme.createAutomation('Told', failing)
    const answer = await member.graphql(setAlert, { input: { id, recipients: [], ...wish } })
    expect(answer.data.setFailureAlert).toMatchObject({ code: 'INVALID_FIELD' })
    expect(JSON.stringify(answer)).not.toContain('secret-of-url')
  })

  test('is set, read and taken away, and goes with the automation', async () => {
    const { id } = await acme.createAutomation('Told', failing)
    const { automation } = await member.mutate(setAlert, {
      input: { id, recipients: [email], url: 'https://example.com/x' },
    })
    expect(automation.failureAlert).toEqual({
      ...{ recipients: [email], url: 'https://example.com/x', everyMinutes: 60, sentAt: null },
    })
    const gone = await member.mutate(setAlert, { input: { id, recipients: [], url: null } })
    expect(gone.automation.failureAlert).toBeNull()
    await member.mutate(setAlert, { input: { id, recipients: [email] } })
    await acme.admin.mutate(documents.deleteAutomation, { id })
    expect(
      await app.database.query('select 1 from alert_setting where automation = $1', [id.split('.')[1]]),
    ).toEqual([])
  })
})
