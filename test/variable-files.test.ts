import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readVariableFiles } from '../src/variable-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'lockstep-variables-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test.each([
  ['DATABASE_URL', 'postgres://a:b@db/lockstep'],
  ['LOCKSTEP_AUTH_SECRET', ' spaces belong to it '],
  ['LOCKSTEP_TOKEN', 'lks_acme.x'],
  ['HTTPS_PROXY', 'http://u:p@proxy:3128'],
])('%s is read from the file that %s_FILE names, without the line break at its end', (name, value) => {
  const env: NodeJS.ProcessEnv = { [`${name}_FILE`]: file(name, `${value}\n`), OTHER_FILE: '/none' }
  readVariableFiles(env)
  expect(env).toEqual({ [name]: value, OTHER_FILE: '/none' })
})

test('a variable whose own name ends so stays as it is', () => {
  const env = { LOCKSTEP_ROOT_KEY_FILE: '/none', LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: '/none' }
  readVariableFiles(env)
  expect(env).toEqual({ LOCKSTEP_ROOT_KEY_FILE: '/none', LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: '/none' })
})

test('every file that cannot be used is named, and nothing is changed', () => {
  const env = {
    DATABASE_URL: 'postgres://db/one',
    DATABASE_URL_FILE: file('both', 'postgres://u:hunter2@db/two'),
    LOCKSTEP_AUTH_SECRET_FILE: join(folder, 'absent'),
    LOCKSTEP_HOOK_SECRET_FILE: file('empty', '\n'),
    LOCKSTEP_SMTP_URL_FILE: file('large', 'x'.repeat(65_537)),
    LOCKSTEP_TOKEN_FILE: file('fine', 'lks_acme.x'),
  }
  const before = { ...env }
  const problems = () => readVariableFiles(env)
  expect(problems).toThrow(/DATABASE_URL and DATABASE_URL_FILE are set\. Keep one of them\./)
  expect(problems).toThrow(/LOCKSTEP_AUTH_SECRET_FILE names ".*absent", which cannot be read \(ENOENT\)\./)
  expect(problems).toThrow(/LOCKSTEP_HOOK_SECRET_FILE names ".*empty", which is empty\./)
  expect(problems).toThrow(/LOCKSTEP_SMTP_URL_FILE names ".*large", which has more than 64 KiB\./)
  expect(problems).not.toThrow(/hunter2/)
  expect(env).toEqual(before)
})
