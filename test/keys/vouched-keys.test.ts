import { copyFile, rename } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { examine } from '../../src/doctor/doctor.ts'
import { cancelRotation } from '../../src/keys/cancel-rotation.ts'
import { listKeys } from '../../src/keys/list-keys.ts'
import { addRecovery, removeRecovery } from '../../src/keys/recovery-certificates.ts'
import { rotateRoot } from '../../src/keys/rotate-root.ts'
import { rotateWorkspaces } from '../../src/keys/rotate-workspace.ts'
import { loadRootKey } from '../../src/vault/opening.ts'
import { createWorkspaceKey, readStoredCertificate, sealInNode } from '../../src/vault/sealing.ts'
import { readSigningCertificate } from '../../src/vault/statement.ts'
import { checkSealingKey, type Pin, type SealingKey } from '../../src/vault/vouched-key.ts'
import * as documents from '../support/documents.ts'
import { makeCertificate, writePem } from './certificates.ts'
import { KeyWorld } from './key-world.ts'

vi.setConfig({ testTimeout: 240_000 })

const world = new KeyWorld()

const query = <Row extends object>(sql: string, params: unknown[] = []) =>
  world.app.database.query<Row>(sql, params)
const signatureProblems = async () =>
  (await examine(world.command())).filter((it) => it.check === 'signatures' && it.status !== 'ok')

async function sealingKey(workspace = 'acme'): Promise<SealingKey> {
  const document = `query ($workspace: ID!) { sealingKey(workspace: $workspace) {
    kid jwk signature rootCertificate successions { certificate statement } } }`
  const found = world.workspaces.find(({ id }) => id === workspace)
  return (await found?.admin.graphql(document, { workspace }))?.data.sealingKey
}

const check = async (pin?: Pin): Promise<Pin> => {
  const met = await checkSealingKey('acme', await sealingKey(), { pin })
  if (!met) throw new Error('nothing vouches for the key')
  return met
}

/** Inserts a certificate as an attacker with write access to the database does. */
async function insertCertificate(kind: string): Promise<string> {
  const { certificate } = makeCertificate()
  const { fingerprint, pem } = readStoredCertificate(certificate)
  const sql = 'insert into root_certificate (fingerprint, kind, pem, created_at) values ($1, $2, $3, now())'
  await query(sql, [fingerprint, kind, pem])
  return fingerprint
}

const withOldSignature = `update workspace_key set signature = (select signature from workspace_key where kid = $1)
  where kid = $2`

/** The key with which a worker seals a step's output for a takeover by another worker. */
async function kidOfSealedOutput(): Promise<string> {
  const [acme] = world.workspaces
  if (!acme) throw new Error('there is no workspace')
  const steps = [
    { key: 'set', type: 'set-values', fields: { values: { seconds: 300 } } },
    { key: 'wait', type: 'wait', fields: { seconds: '{{ steps.set.output.seconds }}' } },
  ]
  const { id: automation } = await acme.createAutomation('Wait', steps)
  const { run } = await acme.admin.mutate(documents.runAutomation, { input: { automation } })
  const sql = `select sealed_output as sealed from step_run where sealed_output not like 'claim %'`
  const row = await vi.waitUntil(async () => (await query<{ sealed: string }>(sql))[0], { timeout: 60_000 })
  await acme.admin.mutate(documents.cancelRun, { id: run.id })
  await acme.waitForRun(run.id)
  return JSON.parse(Buffer.from(row.sealed.split('.')[0] ?? '', 'base64url').toString()).kid
}

/** Everything that makes or changes envelopes. */
async function changeEverything(id: string): Promise<void> {
  await world.workspaces[0]?.admin.mutate(documents.createWorkspace, { input: { id, name: id } })
  await rotateWorkspaces(world.command(), 'globex')
  const { certificate } = makeCertificate()
  const file = await writePem(world.file(`${id}.pem`), certificate)
  expect(await addRecovery(world.command(), file)).toBe(0)
  expect(await removeRecovery(world.command(), readStoredCertificate(certificate).fingerprint)).toBe(0)
  expect(await rotateRoot(world.command(), {})).toBe(0)
}

test('a worker vouches for the key of a new workspace with its root key', async () => {
  await world.untilSigned()
  const { fingerprint } = (await world.rootKey()).certificate
  expect(await check()).toEqual({ fingerprint, kid: (await sealingKey()).kid, generation: 1 })
  expect(await signatureProblems()).toEqual([])
  expect(world.app.log.some((line) => line.includes('vouches for these certificates'))).toBe(true)
})

test.each(['RECOVERY', 'NEXT_ROOT', 'OLD_ROOT'])(
  'a %s row that SQL inserted gets no copy of any key',
  async (kind) => {
    const fingerprint = await insertCertificate(kind)
    await world.workspaces[0]?.admin.mutate(documents.createWorkspace, {
      input: { id: `by-${kind.toLowerCase().replace('_', '-')}`, name: kind },
    })
    if (kind === 'RECOVERY') await changeEverything('with-strange')
    else await rotateWorkspaces(world.command(), 'globex')
    const recipients = (await world.recipients()).flat()
    expect(recipients.length).toBeGreaterThan(0)
    expect(recipients).not.toContain(fingerprint)
    await world.untilSigned()
    if (kind === 'RECOVERY') {
      expect(await signatureProblems()).toMatchObject([
        { status: 'error', message: expect.stringContaining(fingerprint) },
      ])
      await listKeys(world.command())
      expect(world.said).toContain(`  not ${fingerprint}, which gets no key`)
    }
    await query('delete from root_certificate where fingerprint = $1', [fingerprint])
  },
)

test('another certificate under the fingerprint of a trusted one gets no copy either', async () => {
  const { certificate } = makeCertificate()
  const file = await writePem(world.file('mine.pem'), certificate)
  await addRecovery(world.command(), file)
  const { fingerprint } = readStoredCertificate(certificate)
  const theirs = readStoredCertificate(makeCertificate().certificate)
  await query('update root_certificate set pem = $1 where fingerprint = $2', [theirs.pem, fingerprint])
  await rotateWorkspaces(world.command(), 'globex')
  const { kid } = await sealingKey('globex')
  const envelope = (await world.envelopes()).find((it) => it.kid === kid)
  expect(envelope?.sealed.recipients.map((it) => it.header.kid)).toEqual([
    (await world.rootKey()).certificate.fingerprint,
  ])
  await query('update root_certificate set pem = $1 where fingerprint = $2', [certificate, fingerprint])
  await removeRecovery(world.command(), fingerprint)
})

test('a manipulated set of certificates stops key commands and new workspaces', async () => {
  const [before] = await query<{ recipients: string }>(
    'select recipients from signer where retired_at is null',
  )
  await query(`update signer set recipients = left(recipients, -8) where retired_at is null`)
  await expect(rotateWorkspaces(world.command(), 'globex')).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  expect(await signatureProblems()).toMatchObject([{ status: 'error' }])
  const created = await world.workspaces[0]?.admin.graphql(documents.createWorkspace, {
    input: { id: 'unmade', name: 'Unmade' },
  })
  expect(await query(`select 1 from workspace where id = 'unmade'`)).toEqual([])
  expect(JSON.stringify(created)).not.toContain('CreateWorkspaceSuccess')
  await query('update signer set recipients = $1 where retired_at is null', [before?.recipients])
})

test('without a signer row a worker starts trust only if nothing was ever signed', async () => {
  const rows = await query<Record<string, unknown>>('select * from signer where retired_at is null')
  const signers = await query<Record<string, unknown>>('select fingerprint from signer')
  expect([rows.length, signers.length]).toEqual([1, expect.any(Number)])
  await query('create table kept as select * from signer')
  await query('delete from signer')
  const fingerprint = await insertCertificate('RECOVERY')
  await expect(rotateWorkspaces(world.command(), 'globex')).rejects.toMatchObject({
    message: expect.stringContaining('is gone from the database'),
  })
  expect(await query('select 1 from signer')).toEqual([])
  expect(await signatureProblems()).toMatchObject([{ status: 'error' }])
  await query('insert into signer select * from kept')
  await query('drop table kept')
  await query('delete from root_certificate where fingerprint = $1', [fingerprint])
})

test('a key that SQL adds or replaces is never signed and seals nothing', async () => {
  const pin = await check()
  const recipients = [(await world.rootKey()).certificate]
  const theirs = await createWorkspaceKey('acme', recipients)
  await query(
    `insert into workspace_key (workspace_id, kid, public_jwk, sealed_private_key, created_at)
     values ('acme', $1, $2, $3, now() + interval '1 hour')`,
    [theirs.kid, { ...theirs.jwk }, theirs.sealedPrivateKey],
  )
  // The signature of a new workspace shows that the worker has had time to look.
  await world.workspaces[0]?.admin.mutate(documents.createWorkspace, {
    input: { id: 'after', name: 'After' },
  })
  const signed = `select 1 from workspace_key where workspace_id = 'after' and signature is not null`
  await vi.waitUntil(async () => (await query(signed)).length > 0, { timeout: 30_000 })
  expect(await query(`select signature from workspace_key where kid = $1`, [theirs.kid])).toEqual([
    { signature: null },
  ])
  expect(await check(pin)).toEqual(pin)
  const [acme] = world.workspaces
  if (acme) expect(await world.use(acme)).toBe('SUCCEEDED')
  expect(await query('select 1 from secret where kid = $1', [theirs.kid])).toEqual([])
  expect(
    await query(`select 1 from step_run where output::text like '%' || $1 || '%'`, [theirs.kid]),
  ).toEqual([])
  expect(await signatureProblems()).toMatchObject([
    { status: 'error', items: [{ workspace: 'acme', name: theirs.kid }] },
  ])
  // A signature about another key may fool code that does not verify it, but not a worker.
  await query(withOldSignature, [pin.kid, theirs.kid])
  expect(await kidOfSealedOutput()).toBe(pin.kid)
  await expect(check(pin)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  // Without the workspace's own key row nothing is sealed at all.
  await query(`update workspace_key set retired_at = now() where workspace_id = 'acme' and kid = $1`, [
    pin.kid,
  ])
  await expect(check(pin)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  await expect(rotateWorkspaces(world.command(), 'acme')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await query('delete from workspace_key where kid = $1', [theirs.kid])
  await query(`update workspace_key set retired_at = null where kid = $1`, [pin.kid])
  expect(await check(pin)).toEqual(pin)
})

test('a workspace rotation signs the new key at once, and clients accept it and no longer the old one', async () => {
  const pin = await check()
  const old = await sealingKey()
  expect(await rotateWorkspaces(world.command(), 'acme')).toBe(0)
  const met = await check(pin)
  expect(met).toMatchObject({ fingerprint: pin.fingerprint, generation: pin.generation + 1 })
  expect(met.kid).not.toBe(pin.kid)
  await expect(checkSealingKey('acme', old, { pin: met })).rejects.toThrow(/not a newer one/)
  await expect(
    sealInNode(await sealingKey(), { workspace: 'acme', name: 'KEY' }, 'some value'),
  ).resolves.toContain('.')
})

test('clients follow any number of root key rotations, but no key that the old one did not name', async () => {
  const pin = await check()
  for (let round = 0; round < 2; round++) expect(await rotateRoot(world.command(), {})).toBe(0)
  const { fingerprint } = (await world.rootKey()).certificate
  expect(fingerprint).not.toBe(pin.fingerprint)
  const met = await check(pin)
  expect(met).toEqual({ ...pin, fingerprint })
  expect(await check(met)).toEqual(met)
  await world.untilSigned()
  expect(await signatureProblems()).toEqual([])
  await query('update signer set endorsement = null where retired_at is null')
  await expect(check(pin)).rejects.toThrow(/another root key/)
})

test('clients that pinned either key work during a rotation over several machines, and after a cancelled one', async () => {
  const pin = await check()
  const to = world.file('next-root.pem')
  expect(await rotateRoot(world.command(), { to })).toBe(75)
  expect(await check(pin)).toEqual(pin)
  expect(await cancelRotation(world.command(), false)).toBe(0)
  expect(await check(pin)).toEqual(pin)
  const again = world.file('again-root.pem')
  expect(await rotateRoot(world.command(), { to: again })).toBe(75)
  await copyFile(again, `${world.app.config.rootKeyFile}.copy`)
  await rename(`${world.app.config.rootKeyFile}.copy`, world.app.config.rootKeyFile)
  expect(await check(pin)).toEqual(pin)
  expect(await rotateRoot(world.command(), {})).toBe(0)
  const { fingerprint } = (await loadRootKey(again)).certificate
  expect(await check(pin)).toEqual({ ...pin, fingerprint })
  expect(await signatureProblems()).toEqual([])
})

test('another signing key replaces a root key that names it, and clients follow', async () => {
  const pin = await check()
  const { certificate, key } = makeCertificate({ keyEncipherment: false })
  const LOCKSTEP_SIGNING_KEY_FILE = await writePem(world.file('signing.pem'), key, certificate)
  expect(await rotateWorkspaces(world.command({ LOCKSTEP_SIGNING_KEY_FILE }), 'acme')).toBe(0)
  const { fingerprint } = await readSigningCertificate(certificate)
  const met = await check(pin)
  expect(met).toMatchObject({ fingerprint, generation: pin.generation + 1 })
  // Neither the root key nor another key can sign any more.
  const other = makeCertificate({ keyEncipherment: false })
  const strange = await writePem(world.file('strange.pem'), other.key, other.certificate)
  for (const env of [{}, { LOCKSTEP_SIGNING_KEY_FILE: strange }]) {
    await expect(rotateWorkspaces(world.command(env), 'acme')).rejects.toMatchObject({
      message: expect.stringContaining(fingerprint),
    })
    const file = await writePem(world.file('refused.pem'), makeCertificate().certificate)
    await expect(addRecovery(world.command(env), file)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  }
  expect(await rotateRoot(world.command({ LOCKSTEP_SIGNING_KEY_FILE }), {})).toBe(0)
  expect(await check(met)).toEqual(met)
  const found = await examine(world.command({ LOCKSTEP_SIGNING_KEY_FILE }))
  expect(found.filter((it) => it.status === 'error')).toEqual([])
})
