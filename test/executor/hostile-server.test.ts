import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { post } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'
import { attacks, ok, redirect } from './hostile-attacks.ts'
import { echoes, values } from './hostile-echoes.ts'
import { bound, free, home, startEchoSite, startRawSite } from './hostile-sites.ts'

const elsewhere = '127.0.0.33'

let app: TestApp
let workspace: TestWorkspace

beforeAll(async () => {
  app = await startTestApp({ traces: true, env: { LOCKSTEP_EGRESS_ALLOW: `${home}/32,${elsewhere}/32` } })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('FREE', free)
  await workspace.createSecret('BOUND', bound)
  const input = { workspace: 'acme', name: 'BOUND', allowedHosts: [home] }
  await workspace.admin.mutate(documents.setSecretPolicy, { input })
})
afterAll(async () => {
  await app.anonymous.request('/metrics')
  app.responses.push(await workerMetrics())
  await app.expectNoCanary(free, bound, `${free}:${bound}`)
  await app.close()
})

async function workerMetrics(): Promise<string> {
  const started = app.log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'worker takes runs')
  const text = await (await fetch(`http://127.0.0.1:${started.port}/metrics`)).text()
  expect(text).toContain('process_cpu_seconds_total')
  return text
}

/** Sends both secrets in headers, query and body to the URL, through a hook whose caller waits for the result. */
async function call(url: string, fields: object = {}) {
  const value = {
    method: 'POST',
    url: `${url}/{{ secrets.FREE }}?k={{ secrets.BOUND }}`,
    headers: [
      { name: 'authorization', value: '{{ secrets.FREE | basic: secrets.BOUND }}' },
      { name: 'x-free', value: '{{ secrets.FREE }}' },
      { name: 'x-bound', value: '{{ secrets.BOUND }}' },
    ],
    bodyKind: 'json',
    body: '{"free": "{{ secrets.FREE }}", "bound": "{{ secrets.BOUND }}"}',
    timeoutSeconds: 20,
    ...fields,
  }
  const step = { key: 'call', type: 'custom-http', fields: value }
  const { hookUrl } = await workspace.createAutomation('Call', [step])
  const { text } = await app.anonymous.request(new URL(hookUrl).pathname, {
    ...post({}),
    headers: { prefer: 'wait=30' },
  })
  const answer = JSON.parse(text)
  // The API shows the same run as the hook has answered. The canary keeps the answer.
  const { status, output, error } = await workspace.waitForRun(answer.runId)
  // An assertion on a million lists blocks this process and its API until the client's connections have timed out.
  const { at, ...said } = answer.error ?? {}
  const shown = { ...answer, error: answer.error && said }
  expect(isDeepStrictEqual(shown, { runId: answer.runId, status, output, error })).toBe(true)
  // The place is separate data that the query does not ask for. Where a service has led to is not in it.
  const { secrets: named = [], ...place } = at ?? {}
  expect(place).toEqual(answer.error ? { step: 'call' } : {})
  expect(['FREE', 'BOUND']).toEqual(expect.arrayContaining(named))
  return shown
}

describe('when a server returns what it was sent, the run succeeds and the stored data have marks', () => {
  test.each(echoes)('%s', async (_how, answer) => {
    const site = await startEchoSite(home, answer)
    try {
      const { status, output } = await call(site.origin)
      expect(status).toBe('SUCCEEDED')
      for (const name of ['FREE', 'BOUND']) expect(JSON.stringify(output)).toContain(`[secret ${name}]`)
    } finally {
      await site.close()
    }
  })

  test('by a redirect to a URL that contains them', async () => {
    const site = await startEchoSite(home, (response, sent, { url }) => {
      if (url?.startsWith('/end')) response.end('end')
      else response.writeHead(302, { location: `/end/${encodeURIComponent(values(sent))}` }).end()
    })
    try {
      const { status, output } = await call(site.origin)
      expect(status).toBe('SUCCEEDED')
      expect(output.url).toContain('/end/[secret FREE]%20and%20[secret BOUND]')
    } finally {
      await site.close()
    }
  })
})

test.each(attacks)(
  'when a server %s, the run ends with %s, soon and with little memory',
  async (_how, code, behave, fields) => {
    const site = await startRawSite(home, behave)
    const watch = watchMemory()
    try {
      const { status, output, error } = await call(site.origin, fields)
      expect({ status, output, error }).toEqual({
        status: 'FAILED',
        output: null,
        error: { code, message: expect.stringMatching(/^Step call: /) },
      })
      // The limit of an answer is 25 MiB: complete, while it grows, and after each decompression.
      expect(watch.stop()).toBeLessThan(200 * 1024 * 1024)
      await expect.poll(() => site.open()).toBe(0)
    } finally {
      watch.stop()
      await site.close()
    }
  },
)

const MIB = 1024 * 1024

test.each<[what: string, status: string, body: () => string]>([
  ['lists in lists', 'FAILED', () => '['.repeat(5 * MIB) + ']'.repeat(5 * MIB)],
  ['objects in objects', 'FAILED', () => `${'{"a":'.repeat(MIB)}1${'}'.repeat(MIB)}`],
  ['lists side by side', 'SUCCEEDED', () => `[${'[],'.repeat(MIB)}0]`],
  ['escapes', 'SUCCEEDED', () => JSON.stringify('%25'.repeat(MIB / 2))],
  ['the values over and over', 'SUCCEEDED', () => JSON.stringify(`${free}${bound}`.repeat(MIB / 32))],
])(
  'a server that sends megabytes of %s: the run ends, and the worker lives on',
  async (_what, expected, body) => {
    const site = await startEchoSite(home, (response) => {
      response.setHeader('content-type', 'application/json').end(body())
    })
    try {
      const { status, error } = await call(site.origin)
      expect(status).toBe(expected)
      if (expected === 'FAILED') expect(error.code).toBe('STEP_FAILED')
    } finally {
      await site.close()
    }
  },
)

describe('a redirect to another host', () => {
  test.each([
    ['takes no body with a secret along', 307, '/'],
    ['takes no URL with a secret along that is bound', 302, `/?k=${encodeURIComponent(bound)}`],
  ])('%s', async (_what, status, path) => {
    const other = await startRawSite(elsewhere, (it) => it.end(`${ok}\r\n`))
    const site = await startRawSite(home, (it) => it.end(redirect(`${other.origin}${path}`, status)))
    try {
      const { error } = await call(site.origin)
      expect(error.code).toBe('DESTINATION_NOT_ALLOWED')
      expect(other.connections()).toBe(0)
    } finally {
      await Promise.all([site.close(), other.close()])
    }
  })
})

/** @returns a function that tells by how many bytes the memory outside the heap has grown meanwhile. */
function watchMemory(): { stop(): number } {
  const read = () => process.memoryUsage().arrayBuffers
  const before = read()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, read())
  }, 5)
  return {
    stop() {
      clearInterval(timer)
      return most - before
    },
  }
}
