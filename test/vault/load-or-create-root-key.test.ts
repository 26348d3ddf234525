import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { loadOrCreateRootKey, loadRootKey } from '../../src/vault/opening.ts'

const isWindows = process.platform === 'win32'
let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-root-key-'))
  file = join(folder, 'data', 'root-key.pem')
})
afterEach(() => rm(folder, { recursive: true }))

test('the first start makes the key, and every later one loads it', async () => {
  const first = await loadOrCreateRootKey(file)
  const second = await loadOrCreateRootKey(file)
  expect([first.created, second.created]).toEqual([true, false])
  expect(second.rootKey.certificate).toEqual(first.rootKey.certificate)
})

test.skipIf(isWindows)('the file is private to its owner, and so is its folder', async () => {
  await loadOrCreateRootKey(file)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(folder, 'data'))).toEqual(['root-key.pem'])
})

test('with a passphrase the disk never has the private key in the clear', async () => {
  const passphrase = new Sensitive('correct horse')
  const { rootKey } = await loadOrCreateRootKey(file, passphrase)
  expect(await readFile(file, 'utf8')).not.toContain('BEGIN PRIVATE KEY')
  expect((await loadRootKey(file, passphrase)).certificate).toEqual(rootKey.certificate)
  await expect(loadOrCreateRootKey(file)).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
})

test('an existing file is never replaced, whatever its content', async () => {
  await mkdir(join(folder, 'data'))
  await writeFile(file, 'half a key', { mode: 0o600 })
  await expect(loadOrCreateRootKey(file)).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
  expect(await readFile(file, 'utf8')).toBe('half a key')
})

test.skipIf(isWindows)('a dangling link is not replaced', async () => {
  await symlink(join(folder, 'unmounted', 'key.pem'), join(folder, 'link.pem'))
  await expect(loadOrCreateRootKey(join(folder, 'link.pem'))).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
  })
})

test.skipIf(isWindows)('an unwritable file is named in the error', async () => {
  // The name is not too long, but that of the temporary file next to it is.
  file = join(folder, 'k'.repeat(240))
  await expect(loadOrCreateRootKey(file)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: `The root key file ${file} cannot be written (ENAMETOOLONG).`,
  })
})

test('a path through a file is named in the error', async () => {
  await writeFile(join(folder, 'data'), '')
  await expect(loadOrCreateRootKey(file)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringContaining(file),
  })
})

test('simultaneous calls end with one key, made by one of them', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateRootKey(file)))
  expect(new Set(all.map((it) => it.rootKey.certificate.fingerprint)).size).toBe(1)
  expect(all.filter((it) => it.created)).toHaveLength(1)
  expect(await readdir(join(folder, 'data'))).toEqual(['root-key.pem'])
})

test('simultaneous processes end with one key, made by one of them', async () => {
  const opening = new URL('../../src/vault/opening.ts', import.meta.url).href
  const script = `
    const { loadOrCreateRootKey } = await import(${JSON.stringify(opening)})
    const { rootKey, created } = await loadOrCreateRootKey(${JSON.stringify(file)})
    process.stdout.write(JSON.stringify([rootKey.certificate.fingerprint, created]))`
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const outputs = await Promise.all(Array.from({ length: 4 }, start))
  const results: [string, boolean][] = outputs.map((it) => JSON.parse(it.stdout))
  expect(new Set(results.map(([fingerprint]) => fingerprint)).size).toBe(1)
  expect(results.filter(([, created]) => created)).toHaveLength(1)
})
