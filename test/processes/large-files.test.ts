import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { main } from '../support/instance.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'
import { createTestWorkspace, type TestWorkspace } from '../support/workspace.ts'

vi.setConfig({ testTimeout: 300_000 })

const MIB = 1024 * 1024
const PIECE = randomBytes(MIB)
/** More than the worker may take, so that one who holds it as a whole is found out. As a drill 200. */
const FILE_MIB = Number(process.env['LARGE_FILE_MIB'] ?? 128)
/** How much more memory the worker may take, for a file of any size. */
const MOST_MIB = 64

let app: TestApp
let acme: TestWorkspace
let worker: LockstepProcess
let origin: string
let received = ''

const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    const digest = createHash('sha256')
    for await (const it of request) digest.update(it as Buffer)
    received = digest.digest('hex')
    return void response.end('{}')
  }
  const mib = Number(request.url?.slice(1))
  response.writeHead(200, { 'content-length': String(mib * MIB) })
  for (let sent = 0; sent < mib; sent++) {
    if (!response.write(PIECE)) await new Promise((resolve) => response.once('drain', resolve))
  }
  response.end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app = await startTestApp({ worker: false })
  const env = {
    DATABASE_URL: app.database.url.reveal(),
    LOCKSTEP_DATA: app.config.dataFolder,
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    LOCKSTEP_WORKER_PORT: '0',
  }
  worker = startLockstep([main, 'worker'], env)
  await worker.untilSays(/worker takes runs/)
  acme = await createTestWorkspace(app, 'acme')
  await acme.createSecret('API_KEY', randomBytes(24).toString('base64url'))
})
afterAll(async () => {
  await worker.stop()
  await app.close()
  server.close()
  server.closeAllConnections()
})

/** Takes a file from one service to another, with a secret that has to be looked for in it. */
async function move(mib: number) {
  const key = [{ name: 'X-Key', value: '{{ secrets.API_KEY }}' }]
  const common = { type: 'custom-http', timeoutSeconds: 280 }
  const steps = [
    {
      ...common,
      key: 'get',
      fields: { url: `${origin}/${mib}`, keepFile: true, headers: key, timeoutSeconds: 280 },
    },
    {
      ...common,
      key: 'put',
      fields: {
        ...{ url: `${origin}/there`, method: 'PUT', timeoutSeconds: 280 },
        ...{ bodyKind: 'file', file: '{{ steps.get.output.file }}' },
      },
    },
  ]
  return acme.run((await acme.createAutomation('Move', steps)).id)
}

function memoryOf(line: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${worker.pid}/status`, 'utf8')
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
}

// Only Linux tells how much memory a process took at most.
test.runIf(process.platform === 'linux')(
  `a file of ${FILE_MIB} MiB goes from one step to another in under ${MOST_MIB} MiB of the worker's memory`,
  async () => {
    expect((await move(2)).status).toBe('SUCCEEDED')
    const before = memoryOf('VmRSS')
    // From now on the most is counted anew.
    writeFileSync(`/proc/${worker.pid}/clear_refs`, '5')
    const ended = await move(FILE_MIB)
    expect(ended).toMatchObject({ status: 'SUCCEEDED', error: null })
    const digest = createHash('sha256')
    for (let mib = 0; mib < FILE_MIB; mib++) digest.update(PIECE)
    expect(received).toBe(digest.digest('hex'))
    const grown = memoryOf('VmHWM') - before
    expect(grown).toBeLessThan(MOST_MIB)
  },
)
