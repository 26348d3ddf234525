import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { sendEmail } from '../../plugins/send-email/send-email.ts'
import { setValues } from '../../plugins/set-values/set-values.ts'
import { signJwt } from '../../plugins/sign-jwt/sign-jwt.ts'
import { wait } from '../../plugins/wait/wait.ts'
import { canary, type LeakCase, leakTest, type Situation } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'
import { authority } from './smtp-world.ts'

/** The status line, headers and body of the answer repeat everything that a step sends. */
let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer((request, response) => {
    response.setHeader('x-received', encodeURI(JSON.stringify(request.headers)))
    if (request.url.startsWith('/failing')) response.statusCode = 403
    response.end(JSON.stringify(request))
  })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('custom-http does not leak its secrets', () => {
  const inField: Readonly<Record<string, (origin: string) => LeakCase['fields']>> = {
    'the path': (url) => ({ url: `${url}/{{ secrets.KEY }}/x` }),
    'the query': (url) => ({ url, query: [{ name: 'key', value: '{{ secrets.KEY }}' }] }),
    'a header': (url) => ({ url, headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }] }),
    'basic credentials': (url) => ({
      url,
      headers: [{ name: 'Authorization', value: '{{ secrets.USER | basic: secrets.KEY }}' }],
    }),
    'a JSON body': (url) => ({ url, method: 'POST', bodyKind: 'json', body: { key: '{{ secrets.KEY }}' } }),
    'a text': (url) => ({ url, method: 'PUT', bodyKind: 'text', body: 'key {{ secrets.KEY }}' }),
    'a form': (url) => ({
      url,
      method: 'POST',
      bodyKind: 'form',
      form: [{ name: 'key', value: '{{ secrets.KEY }}' }],
    }),
    'several parts': (url) => ({
      url,
      method: 'POST',
      bodyKind: 'multipart',
      form: [{ name: 'key', value: '{{ secrets.KEY }}' }],
    }),
    'what it signs': (url) => ({
      url,
      headers: [{ name: 'X-Signature', value: '{{ trigger.text | hmac_sha256: secrets.KEY }}' }],
    }),
  }

  test.concurrent.each(Object.entries(inField))('in %s', async (name, fieldsAt) => {
    await leakTest(customHttp, [
      { name, fields: fieldsAt(server.origin), trigger: { text: 'hello' }, echoes: true },
    ])
  })

  test('in an error', async () => {
    const url = `${server.origin}/failing/{{ secrets.KEY }}`
    // The answer that fails the step is its output, and repeats what it was sent.
    const answered = { fails: true, echoes: true }
    const refusing = { name: 'a refusing server', fields: { url }, ...answered }
    const retrying = { name: 'retries', fields: { url, retries: 2 }, ...answered }
    const reading = { name: 'errors as output', fields: { url, failOnErrorStatus: false }, echoes: true }
    const webhook = canary()
    const hook = {
      name: 'a whole URL',
      fields: { url: '{{ secrets.HOOK }}' },
      secrets: { HOOK: { value: `${server.origin}/failing/${webhook}`, part: webhook } },
      ...answered,
    }
    await leakTest(customHttp, [refusing, retrying, reading, hook])
  })

  test('across pages', async () => {
    const paged = await startEchoServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      // Each answer repeats all it was sent, and names a next page with the same text.
      const elsewhere = request.url.startsWith('/elsewhere')
      const target = elsewhere
        ? `http://${encodeURIComponent(request.url)}.evil.test/`
        : `${request.url}&again=1`
      response.setHeader('link', `<${target}>; rel="next"`)
      response.end(JSON.stringify({ request, next: target }))
    })
    const query = [{ name: 'key', value: '{{ secrets.KEY }}' }]
    const headers = [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }]
    const common = { query, headers, maxPages: 3 }
    const url = `${paged.origin}/?x=1`
    const byUrl = { ...common, pagination: 'nextUrl', nextPath: 'next' }
    try {
      await leakTest(customHttp, [
        { name: 'by Link header', fields: { ...common, url, pagination: 'link' }, echoes: true },
        { name: 'by a URL in the body', fields: { ...byUrl, url }, echoes: true },
        {
          name: 'to another origin',
          fields: { ...byUrl, url: `${paged.origin}/elsewhere?x=1` },
          fails: true,
        },
        {
          name: 'with a cursor that holds it',
          fields: { ...common, url, pagination: 'cursor', nextPath: 'next', pageParameter: 'after' },
          echoes: true,
        },
        {
          name: 'without the items',
          fields: { ...common, url, pagination: 'link', itemsPath: 'request' },
          fails: true,
        },
      ])
    } finally {
      await paged[Symbol.asyncDispose]()
    }
  })

  test('in an invalid certificate', async () => {
    const fields = {
      url: server.origin.replace('http:', 'https:'),
      clientCertificate: '{{ secrets.CERTIFICATE }}',
      clientCertificatePassphrase: '{{ secrets.PASSPHRASE }}',
    }
    await leakTest(customHttp, [{ name: 'no certificate', fields, fails: true }])
  })
})

describe('sign-jwt does not leak its key', () => {
  const pem = String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const key = '{{ secrets.KEY }}'
  const cases: LeakCase[] = [
    { name: 'RS256', fields: { key, claims: { scope: 'read' } }, secrets: { KEY: pem } },
    { name: 'HS256', fields: { key, algorithm: 'HS256' } },
    {
      name: 'ES256',
      fields: { key, algorithm: 'ES256' },
      secrets: { KEY: { value: JSON.stringify(ec), part: String(ec.d) } },
    },
    {
      name: 'a key of another kind',
      fields: { key, algorithm: 'ES256' },
      secrets: { KEY: pem },
      fails: true,
    },
    { name: 'no key at all', fields: { key }, fails: true },
    { name: 'a PEM for HMAC', fields: { key, algorithm: 'HS256' }, secrets: { KEY: pem }, fails: true },
  ]
  test.concurrent.each(cases)('$name', async (it) => leakTest(signJwt, [it]))
})

/** A mail server that accepts `robot` with the password, or fails as the situation says. */
async function prepareSmtp(situation: Situation, { PASSWORD }: Readonly<Record<string, string>>) {
  if (situation === 'success' || situation === 'error') {
    const { key, cert } = authority.issue(['smtp.test'])
    const smtp = new SMTPServer({
      key,
      cert,
      logger: false,
      closeTimeout: 0,
      onAuth: ({ username, password }, _session, done) =>
        situation === 'success' && password === PASSWORD
          ? done(null, { user: username })
          : done(new Error(`${username} cannot sign in with ${password}`)),
    })
    smtp.on('error', () => {})
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
    const release = () => new Promise<void>((resolve) => smtp.close(resolve))
    return { fields: { port: portOf(smtp.server.address()) }, release }
  }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 hello\r\n')
    if (situation === 'reset') socket.once('data', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { fields: { port: portOf(server.address()) }, release: () => server.close() }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

test('send-email does not leak its password', async () => {
  const fields = {
    host: 'smtp.test',
    port: 25,
    certificateAuthority: authority.pem,
    username: 'robot',
    password: '{{ secrets.PASSWORD }}',
    from: 'robot@example.com',
    to: ['ann@example.com'],
    subject: 'Hi',
    text: 'Hello.',
  }
  const hosts = { 'smtp.test': '127.0.0.1' }
  await leakTest(sendEmail, [
    { name: 'signs in', fields, hosts, prepare: prepareSmtp, ownFailures: true },
    {
      name: 'is not let in',
      fields: { ...fields, username: '{{ secrets.USER }}' },
      hosts,
      prepare: (situation, secrets) => prepareSmtp(situation === 'success' ? 'error' : situation, secrets),
      ownFailures: true,
      fails: true,
    },
  ])
})

test('the steps without secrets pass the leak test too', async () => {
  await leakTest(setValues, [
    { name: 'values', fields: { values: { a: '{{ trigger.a }}' } }, trigger: { a: 1 } },
  ])
  await leakTest(wait, [
    { name: 'waits', fields: { seconds: 0.01 } },
    { name: 'hangs', fields: { seconds: 0.2 } },
  ])
})
