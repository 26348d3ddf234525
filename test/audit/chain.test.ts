import { expect, test, vi } from 'vitest'
import { signCheckpoints } from '../../src/audit/checkpoints.ts'
import { signAuditCheckpoint } from '../../src/vault/audit-statements.ts'
import { createRootKey, parseRootKey } from '../../src/vault/opening.ts'
import { type AuditLog, openAuditLog, signerOf } from './audit-log.ts'

vi.setConfig({ testTimeout: 120_000 })

const whole = { problems: [], unlinked: undefined }

async function linked(rows: number): Promise<AuditLog> {
  const log = await openAuditLog()
  await log.write(rows)
  await log.link()
  await log.sign()
  return log
}

const idAt = async ({ database }: AuditLog, sequence: number) =>
  (
    await database.query<{ id: string }>(
      `select id from audit_event where workspace_id = 'acme' and sequence = $1`,
      [sequence],
    )
  )[0]?.id

const kinds = async (log: AuditLog) =>
  (await log.verify()).problems.map(({ kind, sequence, id }) => ({ kind, sequence, id }))

/** A checkpoint that a root key of nobody here has signed. */
async function signedByOther(end: { workspace: string; sequence: number; hash: string }): Promise<string> {
  const { pem } = await createRootKey()
  const signer = signerOf(parseRootKey('root-key.pem', Buffer.from(pem.reveal())))
  return signAuditCheckpoint(signer, end, new Date())
}

test('what the database links is what this side computes, whatever is in the texts', async () => {
  const log = await linked(500)
  expect(await log.verify()).toMatchObject({
    rows: 500,
    from: 1,
    to: 500,
    vouched: { sequence: 500 },
    ...whole,
  })
})

test.each([
  ['actor', `actor = replace(actor, 'Z', 'z')`],
  ['action', `action = 'secret.usf'`],
  ['target', `target = 'KEY_9'`],
  ['detail', `detail = replace(coalesce(detail::text, '1'), '1', '2')::json`],
  ['a space in the detail', `detail = (coalesce(detail::text, 'null') || ' ')::json`],
  ['address', `address = '2001:db8::2'`],
  ['client', `client = 'x'`],
  ['time', `at = at + interval '1 microsecond'`],
])('one byte of one row that a superuser changed is found: %s', async (_what, change) => {
  const log = await linked(60)
  await log.database.query(`update audit_event set ${change} where sequence = 34`)
  expect(await kinds(log)).toEqual([{ kind: 'changed', sequence: 34, id: await idAt(log, 34) }])
})

test('a changed id is found, and so is a row that was moved to another workspace', async () => {
  const log = await linked(20)
  await log.database.query(`update audit_event set id = uuid_of_now() where sequence = 4`)
  expect(await kinds(log)).toEqual([{ kind: 'changed', sequence: 4, id: await idAt(log, 4) }])
  await log.database.query(`update audit_event set workspace_id = 'globex' where sequence = 9`)
  expect(await log.verify()).toMatchObject({ problems: [{ kind: 'missing', sequence: 9 }, { sequence: 4 }] })
  expect((await log.verify({ workspace: 'globex' })).problems).toMatchObject([
    { kind: 'missing', sequence: 1 },
    { kind: 'inserted', sequence: 1 },
    { kind: 'unvouched', sequence: 9 },
  ])
})

test('rows that are missing are named: one in the middle, some, the first, and the last', async () => {
  const log = await linked(40)
  await log.database.query('delete from audit_event where sequence in (1, 7, 20, 21, 22, 40)')
  expect((await log.verify()).problems.map(({ message }) => message)).toEqual([
    'The row 1 is missing.',
    'The row 7 is missing.',
    'The rows 20 to 22 are missing.',
    'The row 40 is missing.',
  ])
})

test('the end of a chain that was taken off with its end is found by the checkpoint', async () => {
  const log = await linked(40)
  await log.database.query('delete from audit_event where sequence > 30')
  await log.database.query(
    `update audit_chain set sequence = 30, hash = (select hash from audit_event where sequence = 30)`,
  )
  expect(await kinds(log)).toEqual([{ kind: 'missing', sequence: 31, id: undefined }])
})

test('rows that changed places are found, each with the place that it belongs to', async () => {
  const log = await linked(30)
  await log.database.query(
    `update audit_event as it set sequence = other.sequence, hash = other.hash from audit_event as other
      where it.sequence in (8, 15) and other.sequence in (8, 15) and it.sequence <> other.sequence`,
  )
  expect((await log.verify()).problems).toMatchObject([
    { kind: 'reordered', sequence: 8, message: 'This row belongs to the place 15.' },
    { kind: 'reordered', sequence: 15, message: 'This row belongs to the place 8.' },
  ])
})

test('a row that was put in is found: in a place that another one has, and behind the end', async () => {
  const log = await linked(30)
  await log.write(2)
  await log.database.query(
    `with put as (select id, row_number() over (order by id) as n from audit_event where sequence is null)
     update audit_event as it set sequence = case n when 1 then 12 else 31 end, hash = sha256('x') from put
      where it.id = put.id`,
  )
  const problems = await kinds(log)
  expect(problems).toContainEqual(expect.objectContaining({ kind: 'inserted', sequence: 12 }))
  expect(problems).toContainEqual(expect.objectContaining({ kind: 'inserted', sequence: 31 }))
})

/** As somebody with all rights in the database does it who does not have the root key. */
async function rewrite({ database }: AuditLog): Promise<void> {
  await database.query(`update audit_event set target = 'OTHER' where sequence = 11`)
  await database.query('update audit_event set sequence = null, hash = null; delete from audit_chain')
  await database.query('select link_audit(1000000)')
}

test('a chain that was rewritten from a row on is not the one that was signed', async () => {
  const log = await openAuditLog()
  for (let part = 0; part < 3; part++) {
    await log.write(10)
    await log.link()
    await log.sign()
  }
  await rewrite(log)
  expect((await log.verify()).problems).toMatchObject([
    { kind: 'rewritten', sequence: 20, message: expect.stringContaining('from 11 to 20 are not the ones') },
  ])
})

test('an earlier checkpoint that another key has signed is told apart from rows that were rewritten', async () => {
  const log = await openAuditLog()
  for (let part = 0; part < 2; part++) {
    await log.write(10)
    await log.link()
    await log.sign()
  }
  const forged = await signedByOther({ workspace: 'acme', sequence: 10, hash: 'ab'.repeat(32) })
  await log.database.query('update audit_checkpoint set statement = $1 where sequence = 10', [forged])
  expect(await kinds(log)).toMatchObject([{ kind: 'unsigned', sequence: 10 }])
})

test('a rewritten chain with checkpoints by another key, or with none, is found', async () => {
  const log = await linked(30)
  const [{ statement: kept = '' } = {}] = await log.database.query<{ statement: string }>(
    'select statement from audit_checkpoint',
  )
  expect(log.lines.join('')).toContain(kept)
  await rewrite(log)
  const { pem } = await createRootKey()
  const other = parseRootKey('root-key.pem', Buffer.from(pem.reveal()))
  const [end] = await log.database.query<{ sequence: number; hash: string }>(
    `select sequence::int, encode(hash, 'hex') as hash from audit_chain`,
  )
  if (!end || !other.sign) throw new Error('no end')
  const signer = { certificate: other.certificate, sign: other.sign }
  const forged = await signAuditCheckpoint(signer, { workspace: 'acme', ...end }, new Date())
  await log.database.query('update audit_checkpoint set hash = decode($1, $2), statement = $3', [
    end.hash,
    'hex',
    forged,
  ])
  const { certificate } = signer
  await log.database.query(
    `insert into signer (fingerprint, pem, created_at, recipients) values ($1, $2, now(), 'x')`,
    [certificate.fingerprint, certificate.pem],
  )
  expect(await kinds(log)).toMatchObject([
    { kind: 'unsigned', sequence: 30 },
    { kind: 'unvouched', sequence: 1 },
  ])
  await log.database.query('delete from audit_checkpoint')
  expect(await kinds(log)).toMatchObject([{ kind: 'unvouched', sequence: 1 }])
  // A checkpoint that was kept outside, as the log has it, is enough.
  expect((await log.verify({ kept: [kept] })).problems).toMatchObject([{ kind: 'rewritten', sequence: 30 }])
})

test('a checkpoint of another workspace, or a changed one, vouches for nothing', async () => {
  const log = await openAuditLog()
  await log.write(5)
  await log.write(5, 'globex')
  await log.link()
  await log.sign()
  await log.database.query(
    `update audit_checkpoint set statement = (select statement from audit_checkpoint where workspace_id = 'globex')`,
  )
  expect(await kinds(log)).toMatchObject([{ kind: 'unsigned' }, { kind: 'unvouched', sequence: 1 }])
})

test('a worker signs no chain that was rewritten, not even when its checkpoints are gone, and says so', async () => {
  const log = await linked(30)
  await log.database.query('delete from audit_checkpoint')
  await rewrite(log)
  await log.write(5)
  await log.link()
  await log.sign()
  expect(await log.database.query('select 1 from audit_checkpoint')).toEqual([])
  expect(log.lines.join('')).toContain('is not the one that was signed before')
  expect(await kinds(log)).toMatchObject([{ kind: 'unvouched', sequence: 1 }])
})

test('a worker that has just started goes by the last checkpoint that counts', async () => {
  const log = await linked(30)
  await log.write(5)
  await log.link()
  const signing = { ...log.signing, known: new Map() }
  await signCheckpoints(signing)
  expect(await log.verify()).toMatchObject({ vouched: { sequence: 35 }, ...whole })
  await rewrite(log)
  await log.write(5)
  await log.link()
  await signCheckpoints({ ...log.signing, known: new Map() })
  expect((await log.verify()).problems).toMatchObject([
    { kind: 'rewritten', sequence: 30 },
    { kind: 'unvouched', sequence: 36 },
  ])
})

test('a worker that starts signs nothing that goes on from a checkpoint which another key has signed', async () => {
  const log = await linked(10)
  const [end] = await log.database.query<{ sequence: number; hash: string }>(
    `select sequence::int, encode(hash, 'hex') as hash from audit_chain`,
  )
  if (!end) throw new Error('no end')
  const forged = await signedByOther({ workspace: 'acme', ...end })
  await log.database.query('update audit_checkpoint set statement = $1', [forged])
  await log.write(5)
  await log.link()
  await signCheckpoints({ ...log.signing, known: new Map() })
  expect(await log.database.query('select sequence::int from audit_checkpoint')).toEqual([{ sequence: 10 }])
  expect(log.lines.join('')).toContain('is signed no more')
})
