import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Releasers } from '../../src/processes/releasers.ts'
import { type AppOn, startAppOn } from '../support/app-on.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { main } from '../support/instance.ts'
import { startLockstep } from '../support/lockstep-process.ts'
import { createPostgresCluster, type PostgresCluster } from '../support/postgres-cluster.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const STARTS = 40

const undo = new Releasers()
const disk = await mountSmallDisk()
let postgres: PostgresCluster
let app: AppOn
let admin: Client
let automation: { id: string; hookUrl: string }

/** A disk of 112 MiB; undefined where the system does not let the test make one. */
async function mountSmallDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-disk-'))
  undo.add(() => rm(folder, { recursive: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=112m,mode=0755', 'none', folder], { stdio: 'ignore' })
  } catch {
    process.stderr.write(
      'A disk cannot be filled here: only root may mount one. The tests of it are skipped.\n',
    )
    return undefined
  }
  undo.add(() => execFileSync('umount', [folder]))
  return folder
}

beforeAll(async () => {
  if (disk === undefined) return
  postgres = await createPostgresCluster(join(disk, 'postgres'))
  undo.add(() => postgres.stop())
  app = await startAppOn(postgres.url.reveal())
  undo.add(() => app.close())
  admin = app.visitor()
  await admin.signUp('Ada')
  await admin.mutate(documents.createWorkspace, { input: { id: 'acme', name: 'Acme' } })
  const input = { workspace: 'acme', name: 'Nothing', steps: [] }
  ;({ automation } = await admin.mutate(documents.createAutomation, { input }))
})
afterAll(() => undo.release())

/** Takes all that is left of the disk. */
async function fillDisk(): Promise<void> {
  const file = join(disk ?? '', 'other-data')
  for (const bytes of [1024 * 1024, 4096]) {
    const piece = Buffer.alloc(bytes)
    const full = async () =>
      writeFile(file, piece, { flag: 'a' }).then(
        () => false,
        () => true,
      )
    while (!(await full()));
  }
}

const startByHook = (n: number) =>
  admin.request(new URL(automation.hookUrl).pathname, {
    method: 'POST',
    body: JSON.stringify({ n, text: 'x'.repeat(20_000) }),
  })

test.skipIf(disk === undefined)(
  'a full disk is told by /readyz, the log, the doctor and every refused start, and passes',
  async () => {
    await vi.waitUntil(async () => (await app.readiness()).status === 200, { timeout: 20_000 })
    await vi.waitUntil(async () => (await app.readiness('worker')).status === 200, { timeout: 20_000 })
    await fillDisk()

    await vi.waitUntil(async () => (await app.readiness()).status === 503, { timeout: 20_000 })
    expect((await app.readiness()).reason).toBe('the disk of the database is full')
    // The worker answers what it found up to two seconds ago.
    await vi.waitUntil(async () => (await app.readiness('worker')).status === 503, { timeout: 20_000 })
    expect((await app.readiness('worker')).reason).toMatch(/disk of the database is full/)

    const answers = []
    for (let n = 0; n < STARTS; n++) answers.push(await startByHook(n))
    const refused = answers.filter(({ status }) => status !== 202)
    expect(refused.length).toBeGreaterThan(0)
    for (const { status, headers, text } of refused) {
      expect(status).toBe(503)
      expect(headers.get('retry-after')).toBe('2')
      expect(JSON.parse(text)).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringContaining('the disk of the database is full'),
      })
    }
    const body = { input: { automation: automation.id, input: { text: 'x'.repeat(1_000_000) } } }
    const response = await admin.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: documents.runAutomation, variables: body }),
    })
    expect(response.status).toBe(503)
    expect(JSON.parse(response.text).errors[0].extensions).toEqual({ code: 'DATABASE_UNAVAILABLE' })

    const doctor = startLockstep([main, 'doctor'], { ...app.env, LOCKSTEP_LOG: 'info' })
    expect(await doctor.ended).toBe(1)
    expect(doctor.output.join('\n')).toMatch(/✗ disk: The disk of the database is full.*The largest tables: /)

    const said = app.log.filter((line) => line.includes('not ready: the disk of the database is full'))
    expect(said).toHaveLength(2)
    const outages = app.log.filter((line) => line.includes('a request met an outage'))
    expect(outages).toHaveLength(1)
    expect(outages[0]).toContain('the disk of the database is full')

    await rm(join(disk ?? '', 'other-data'))
    await vi.waitUntil(async () => (await app.readiness()).status === 200, { timeout: 20_000 })
    expect((await startByHook(0)).status).toBe(202)
  },
)
