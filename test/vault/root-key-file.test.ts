import type * as fs from 'node:fs/promises'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { writeRootKeyFile } from '../../src/vault/root-key-file.ts'

// The only replaced module: a file system without hard links, which a test machine may not have.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof fs>()),
  link: async () => {
    throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' })
  },
}))

let folder: string
let file: string
const pem = new Sensitive('the key')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-no-links-'))
  file = join(folder, 'root-key.pem')
})
afterEach(() => rm(folder, { recursive: true }))

test('without hard links the key file is still written, private to its owner', async () => {
  expect(await writeRootKeyFile(file, pem)).toBe(true)
  expect(await readFile(file, 'utf8')).toBe('the key')
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['root-key.pem'])
})

test('without hard links an existing file is not replaced either', async () => {
  await writeFile(file, 'another key')
  expect(await writeRootKeyFile(file, pem)).toBe(false)
  expect(await readFile(file, 'utf8')).toBe('another key')
  expect(await readdir(folder)).toEqual(['root-key.pem'])
})
