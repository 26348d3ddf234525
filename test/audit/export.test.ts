import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test, vi } from 'vitest'
import { exportLog, nothingExported } from '../../src/audit/export.ts'
import { checkFile } from '../../src/audit/file-check.ts'
import { openAuditSnapshot } from '../../src/store/audit-rows.ts'
import { trustedSigners } from '../../src/vault/opening.ts'
import { runLockstep } from '../support/command.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'

vi.setConfig({ testTimeout: 300_000 })

// Several of the batches in which rows are read. `npm run drills` has 100,000.
const ROWS = Number(process.env['AUDIT_ROWS'] ?? 10_000)

async function exported(log: AuditLog, rows = nothingExported()): Promise<string[]> {
  const snapshot = await openAuditSnapshot(log.database.url)
  const texts: string[] = []
  await exportLog({ snapshot, write: async (it) => void texts.push(it) }, ['acme'], rows)
  await snapshot.close()
  return texts.join('').split('\n').slice(0, -1)
}

async function* each(lines: readonly string[]) {
  for (const text of lines) yield { text }
}

const check = async (log: AuditLog, lines: readonly string[]) => {
  const { chains } = await checkFile(each(lines), (signers) =>
    trustedSigners(signers, log.signer.certificate),
  )
  return chains[0]
}

const found = async (log: AuditLog, lines: readonly string[]) =>
  (await check(log, lines))?.problems.map(({ kind, line, sequence }) => ({ kind, line, sequence }))

async function exportedLog() {
  const log = await openAuditLog()
  await log.write(20)
  await log.link()
  await log.sign()
  const lines = await exported(log)
  // The signer, then the rows, then the checkpoint.
  return { log, lines, line: (sequence: number) => sequence + 1 }
}

test('an exported file verifies by itself, with what vouches for it', async () => {
  const { log, lines } = await exportedLog()
  expect(lines).toHaveLength(22)
  expect(await check(log, lines)).toMatchObject({
    workspace: 'acme',
    rows: 20,
    from: 1,
    to: 20,
    vouched: { sequence: 20 },
    problems: [],
  })
  expect(JSON.parse(lines[5] ?? '')).toMatchObject({ workspace: 'acme', sequence: 5, action: 'secret.use' })
})

test('a hole, a changed line, a line elsewhere, a line twice and half a line are named with their line', async () => {
  const { log, lines, line } = await exportedLog()
  const without = lines.toSpliced(line(7) - 1, 1)
  expect(await found(log, without)).toEqual([{ kind: 'missing', line: line(7), sequence: 7 }])
  const changed = lines.with(line(7) - 1, lines[line(7) - 1]?.replace('secret.use', 'secret.usf') ?? '')
  expect(await found(log, changed)).toEqual([{ kind: 'changed', line: line(7), sequence: 7 }])
  const moved = without.toSpliced(line(11) - 1, 0, lines[line(7) - 1] ?? '')
  expect(await found(log, moved)).toEqual([{ kind: 'reordered', line: line(11), sequence: 7 }])
  const twice = lines.toSpliced(line(7), 0, lines[line(7) - 1] ?? '')
  expect(await found(log, twice)).toEqual([{ kind: 'inserted', line: line(8), sequence: 7 }])
  const cut = lines.with(line(7) - 1, lines[line(7) - 1]?.slice(0, 90) ?? '')
  expect(await found(log, cut)).toEqual([
    { kind: 'missing', line: line(8), sequence: 7 },
    { kind: 'cut', line: line(7), sequence: undefined },
  ])
})

test('rows that are missing at the end are missed by a checkpoint, and one that was signed by others counts for nothing', async () => {
  const { log, lines, line } = await exportedLog()
  const short = lines.toSpliced(line(18), 2)
  expect(await found(log, short)).toMatchObject([{ kind: 'missing' }])
  const { chains } = await checkFile(each(lines), async () => new Map())
  expect(chains[0]?.problems).toMatchObject([{ kind: 'unsigned', sequence: 20 }])
})

test('an export goes on behind the last row that a file has', async () => {
  const { log, lines } = await exportedLog()
  await log.write(5)
  await log.link()
  await log.sign()
  const { fingerprint } = log.signer.certificate
  const done = { rows: new Map([['acme', 20]]), signers: new Set([fingerprint]), cuts: new Set<string>() }
  const more = await exported(log, done)
  expect(more).toHaveLength(6)
  expect(await check(log, [...lines, ...more])).toMatchObject({ rows: 25, to: 25, problems: [] })
})

test('one byte of one of thousands of rows is found and named by the command, and an export resumes where it was ended', async () => {
  const log = await openAuditLog()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-audit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const key = join(folder, 'root-key.pem')
  await copyFile(inject('rootKeyFile'), key)
  await chmod(key, 0o600)
  const env = { DATABASE_URL: log.database.url.reveal(), LOCKSTEP_DATA: folder, LOCKSTEP_LOG: 'warn' }
  const { certificate } = log.signer
  await log.database.query(
    'insert into root_certificate (fingerprint, pem, kind, created_at) values ($1, $2, $3, now())',
    [certificate.fingerprint, certificate.pem, 'ROOT'],
  )
  await log.write(ROWS)
  await log.link()
  await log.sign()
  const whole = await runLockstep(['audit', 'verify', '--workspace', 'acme'], env)
  expect(whole).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`✓ acme: ${ROWS} rows, 1 to ${ROWS}, vouched for`),
  })

  const file = join(folder, 'acme.jsonl')
  expect(await runLockstep(['audit', 'export', '--workspace', 'acme', '--output', file], env)).toMatchObject({
    code: 0,
  })
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.slice(0, 1_000_000))
  const again = await runLockstep(['audit', 'export', '--workspace', 'acme', '--output', file], env)
  expect(again).toMatchObject({ code: 0 })
  expect((await readFile(file, 'utf8')) === text).toBe(true)
  const ofFile = ['audit', 'verify', file, '--fingerprint', certificate.fingerprint]
  expect(await runLockstep(ofFile, env)).toMatchObject({ code: 0 })

  const touched = Math.round(ROWS * 0.73411)
  await log.database.query(`update audit_event set target = target || 'x' where sequence = ${touched}`)
  const began = performance.now()
  const changed = await runLockstep(['audit', 'verify', '--json'], env)
  process.stdout.write(`audit verify: ${ROWS} rows in ${Math.round(performance.now() - began)} ms\n`)
  const id = (
    await log.database.query<{ id: string }>(`select id from audit_event where sequence = ${touched}`)
  )[0]?.id
  expect(changed.code).toBe(65)
  const { chains } = JSON.parse(changed.stdout)
  expect(chains.flatMap(({ problems }: { problems: object[] }) => problems)).toMatchObject([
    { workspace: 'acme', kind: 'changed', sequence: touched, id },
  ])
  await writeFile(file, text.replace(`"sequence":${ROWS / 2},`, `"sequence":${ROWS / 2 + 1},`))
  expect(await runLockstep(ofFile, env)).toMatchObject({
    code: 65,
    stdout: expect.stringContaining(`line ${ROWS / 2 + 1} acme row`),
  })
})
