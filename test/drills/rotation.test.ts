import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { KEY_LOCK } from '../../src/store/locks.ts'
import { loadRootKey, openWorkspaceKey, type RootKey } from '../../src/vault/opening.ts'
import type { GeneralJwe } from '../../src/vault/sealing.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import { type LockstepProcess, startWorkerProcess } from '../support/lockstep-process.ts'
import { createContinuously, resolveContinuously, runContinuously, type Use } from './continuous-use.ts'
import { runCommand, runDoctor, startCommand } from './key-process.ts'
import { drillSize, type Seed, secretValue, seed } from './seed.ts'

/** The drill of a rotation under load: `npm run drills -- rotation`. */
const size = drillSize()

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 })

let app: TestApp
let service: EchoServer
let worker: LockstepProcess
let seeded: Seed

beforeAll(async () => {
  app = await startTestApp({ worker: false })
  service = await startEchoServer()
  worker = await startWorkerProcess(app)
  seeded = await seed(app, size.workspaces, size.secrets)
})
afterAll(async () => {
  await worker.stop()
  await service.close()
  await app.expectNoCanary(secretValue('drill-0', 'SECRET_0'))
  await app.close()
})

const say = (line: string) => process.stdout.write(`drill: ${line}\n`)

interface Envelope {
  workspace: string
  kid: string
  sealed: GeneralJwe
}

const envelopes = () =>
  app.database.query<Envelope & Record<string, unknown>>(
    'select workspace_id as workspace, kid, sealed_private_key as sealed from workspace_key',
  )

/** How many envelopes the key opens. */
async function opens(key: RootKey): Promise<number> {
  const all = await envelopes()
  const opened = all.map(({ workspace, kid, sealed }) =>
    openWorkspaceKey(key, workspace, kid, sealed).then(
      () => 1,
      () => 0,
    ),
  )
  return (await Promise.all(opened)).reduce((sum: number, it) => sum + it, 0)
}

/** The state of a killed rotation. */
async function stand(): Promise<string> {
  const rows = await app.database.query<{ kind: string; count: number }>(
    `select kind, (select count(*)::int from workspace_key
        where sealed_private_key -> 'recipients' @> jsonb_build_array(jsonb_build_object('header',
          jsonb_build_object('kid', fingerprint)))) as count
       from root_certificate where retired_at is null order by created_at`,
  )
  return rows.map(({ kind, count }) => `${kind} ${count}`).join(', ')
}

/** Waits until a key command holds its lock. */
async function untilWorking(): Promise<void> {
  const working = `select 1 from pg_locks join pg_database on pg_database.oid = database
    where locktype = 'advisory' and ((classid::bigint << 32) | objid::bigint) = ${KEY_LOCK} and granted and datname = current_database()`
  await vi.waitUntil(async () => (await app.database.query(working)).length > 0, {
    timeout: 120_000,
    interval: 20,
  })
}

/** Starts rotations and kills each at a random moment, until the given number was killed. */
async function killRotations(count: number): Promise<void> {
  // How long a rotation takes; learned from those that end by themselves.
  let span = 20_000
  for (let kills = 0; kills < count; ) {
    const rotation = startCommand(app, ['keys', 'rotate-root'])
    await Promise.race([untilWorking(), rotation.ended])
    const began = performance.now()
    const after = Math.random() * span
    const ended = await Promise.race([rotation.ended, delay(after, undefined, { ref: false })])
    if (ended !== undefined) {
      span = Math.min(span, performance.now() - began)
      say(`a rotation ended by itself after ${Math.round(performance.now() - began)} ms with ${ended}`)
      expect(ended, rotation.output.join('\n')).toBe(0)
      continue
    }
    await rotation.kill()
    kills++
    const key = await loadRootKey(app.config.rootKeyFile)
    const total = (await envelopes()).length
    say(`killed after ${Math.round(after)} ms of work: ${await stand()} of ${total}`)
    // Whatever a kill leaves behind, the key in its place opens everything.
    expect(await opens(key)).toBeGreaterThanOrEqual(total)
  }
}

async function filesWithKeys(): Promise<string[]> {
  const folder = dirname(app.config.rootKeyFile)
  const files = (await readdir(folder)).map((name) => join(folder, name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')))
  return files.filter((_file, index) => texts[index]?.includes('PRIVATE KEY'))
}

test('a root rotation that is killed again and again while secrets are used loses and delays no run', async () => {
  const first = await loadRootKey(app.config.rootKeyFile)
  const uses: Record<string, Use> = {
    resolve: await resolveContinuously(app, seeded),
    run: await runContinuously(seeded, service.url),
    create: await createContinuously(app, service.url),
  }
  const began = performance.now()
  expect(await runCommand(app, ['keys', 'rotate-root'])).toMatchObject({ code: 0 })
  const whole = performance.now() - began
  say(`a rotation of ${(await envelopes()).length} workspace keys under load took ${Math.round(whole)} ms`)
  await killRotations(size.kills)
  // This continues the killed rotation or is another one. In both cases it ends.
  expect(await runCommand(app, ['keys', 'rotate-root'])).toMatchObject({ code: 0 })
  for (const [what, use] of Object.entries(uses)) {
    await use.stop()
    say(`${what}: ${use.count} times, ${use.failures.length} failed`)
    expect(use.failures).toEqual([])
    expect(use.count).toBeGreaterThan(0)
  }
  const report = await runDoctor(app)
  expect(report.findings.filter((it) => it.status === 'error')).toEqual([])
  expect(report).toMatchObject({ code: 0, ok: true })
  say(report.findings.map((it) => it.message).join('\n       '))

  const current = await loadRootKey(app.config.rootKeyFile)
  expect(await opens(current)).toBe((await envelopes()).length)
  expect(await opens(first)).toBe(0)
  const others = (await filesWithKeys()).filter((file) => file !== app.config.rootKeyFile)
  say(`old key files: ${others.length}`)
  expect(others.length).toBeGreaterThan(0)
  for (const file of others) expect(await opens(await loadRootKey(file))).toBe(0)
})
