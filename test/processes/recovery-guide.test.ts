import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from '../../src/vault/sealing.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { runCommand } from '../support/command.ts'
import { createTestWorkspace } from '../support/workspace.ts'
import { certificateIn, rootKeyPem } from '../vault/frozen-format.ts'

// Follows docs/recovery.md word for word. Only the dump is not loaded, because the database exists already.

const value = 'sk_recovered_without_lockstep_🔑\n"3391"'

// The folders of Debian's programs, because jwcrypto belongs to Debian's Python.
const PATH = '/usr/bin:/bin'
const missing = ['openssl version', 'psql --version', 'python3 -c import\u00a0jwcrypto'].find((it) => {
  const [program = '', ...args] = it.split(' ').map((part) => part.replace('\u00a0', ' '))
  return spawnSync(program, args, { env: { PATH } }).status !== 0
})

let folder: string
let app: TestApp | undefined
let blocks: Map<string, string>

beforeAll(async () => {
  const page = await readFile('docs/recovery.md', 'utf8')
  const found = page.matchAll(/^```(?:sh|python) (\S+)\n([\s\S]*?)^```$/gm)
  blocks = new Map([...found].map(([, name = '', text = '']) => [name, text]))
  folder = await mkdtemp(join(tmpdir(), 'lockstep-recovery-'))
})
afterAll(async () => {
  await app?.close()
  await rm(folder, { recursive: true })
})

/** Runs a block of the page in the folder. @returns what it printed. */
async function follow(name: string): Promise<string> {
  const env = {
    PATH,
    DATABASE_URL: app?.database.url.reveal() ?? '',
    PGCLIENTENCODING: 'UTF8',
    PYTHONUTF8: '1',
  }
  const script = `cd '${folder}'\n${blocks.get(name) ?? 'false'}`
  const { code, stdout, stderr } = await runCommand('/bin/sh', ['-euc', script], env)
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  return stdout
}

test('the page has the steps that this test follows', () => {
  expect([...blocks.keys()]).toEqual([
    'make',
    'install',
    'restore',
    'export',
    'open-secret.py',
    'open',
    'convert',
  ])
})

describe.skipIf(missing)(`with public tools alone${missing ? ` (${missing} fails here)` : ''}`, () => {
  beforeAll(async () => {
    await follow('make')
    const started = await startTestApp({ worker: false })
    app = started
    const recovery = readCertificate(await readFile(join(folder, 'recovery-certificate.pem'), 'utf8'))
    const root = readCertificate(certificateIn(rootKeyPem))
    for (const [kind, { pem, fingerprint }] of Object.entries({ ROOT: root, RECOVERY: recovery })) {
      const insert =
        'insert into root_certificate (kind, pem, fingerprint, created_at) values ($1, $2, $3, now())'
      await started.database.query(insert, [kind, pem, fingerprint])
    }
    const acme = await createTestWorkspace(started, 'acme')
    await acme.createSecret('STRIPE_KEY', value)
    await acme.createSecret('OTHER_KEY', 'another value')
    await follow('export')
    await writeFile(join(folder, 'open-secret.py'), blocks.get('open-secret.py') ?? '')
  })

  test('a value is recovered from the database and the recovery key', async () => {
    expect(await follow('open')).toBe(value)
  })

  test('the intermediate files contain no value', async () => {
    expect(await readFile(join(folder, 'sealed.jsonl'), 'utf8')).not.toContain('sk_recovered')
    await app?.expectNoCanary(value)
  })

  test('the root key works too, without a passphrase', async () => {
    await cp(join(folder, 'recovery-key.pem'), join(folder, 'kept.pem'))
    await cp(join(folder, 'passphrase.txt'), join(folder, 'kept.txt'))
    await writeFile(
      join(folder, 'recovery-key.pem'),
      rootKeyPem.slice(0, rootKeyPem.indexOf('-----BEGIN CERT')),
    )
    await writeFile(join(folder, 'passphrase.txt'), '')
    expect(await follow('open')).toBe(value)
    await cp(join(folder, 'kept.pem'), join(folder, 'recovery-key.pem'))
    await cp(join(folder, 'kept.txt'), join(folder, 'passphrase.txt'))
  })

  test('a key in PKCS#12 is converted', async () => {
    const make =
      'openssl pkcs12 -export -legacy -inkey recovery-key.pem -in recovery-certificate.pem ' +
      '-passin file:passphrase.txt -passout file:$PWD/passphrase.txt -out recovery-key.p12'
    blocks.set('pkcs12', make)
    await follow('pkcs12')
    await follow('convert')
    expect(await follow('open')).toBe(value)
  })

  test('a value that was moved to another row is refused', async () => {
    const file = join(folder, 'sealed.jsonl')
    const kept = await readFile(file, 'utf8')
    const rows = kept
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [other, stripe] = ['OTHER_KEY', 'STRIPE_KEY'].map((name) => rows.find((it) => it.name === name))
    await writeFile(file, JSON.stringify({ ...stripe, sealed: other.sealed }))
    const { code, stderr } = await runCommand('/bin/sh', ['-euc', `cd '${folder}'\n${blocks.get('open')}`], {
      PATH,
    })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/does not belong to its row: name is OTHER_KEY/),
    ])
    await writeFile(file, kept)
  })
})
