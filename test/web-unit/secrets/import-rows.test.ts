import { expect, test } from 'vitest'
import { parseEnvFile } from '../../../src/secret/env-file.ts'
import { anywhere } from '../../../src/secret/policy.ts'
import { needsForAll, planOf, rowsOf, stateOf } from '../../../web/src/secrets/import-rows.ts'

// The value is assembled here, so that no scanner reports it as a leaked key.
const STRIPE = `sk_live_${'rowsOfImport'.repeat(3).slice(0, 24)}`
const read = (text: string) => rowsOf(parseEnvFile(text))
const none = new Set<string>()
const chosen = (text: string) =>
  read(text)
    .filter((it) => it.chosen)
    .map(({ name }) => name)

test('a name is normalised, and what is no name cannot be imported', () => {
  const [good, bad] = read('githubToken=long-enough-value\n---=long-enough-value')
  expect(good).toMatchObject({ name: 'GITHUB_TOKEN', chosen: true, fault: undefined })
  expect(bad).toMatchObject({ name: '', chosen: false })
  expect(bad?.fault).toBeDefined()
})

test('what can be guessed is left out until it is chosen, and what is too short cannot be', () => {
  const [guessable, short] = read('MODE=production\nPORT=80')
  expect(guessable).toMatchObject({ chosen: false, fault: undefined })
  expect(guessable?.remark).toContain('It can be guessed.')
  expect(short?.fault).toContain('at least 4 characters')
})

test('a row holds no value', () => {
  expect(JSON.stringify(read(`A=${STRIPE}\nB="two\\nlines-of-it"`))).not.toMatch(/sk_live|lines-of-it/)
})

test('of two lines with one name the last is chosen, and both cannot be', () => {
  const text = 'MY_KEY=first-long-value\nOTHER=other-long-value\nmy-key=second-long-value'
  expect(read(text).map((it) => it.chosen)).toEqual([false, true, true])
  const both = read(text).map((it) => ({ ...it, chosen: true }))
  expect(both.map((it) => stateOf(it, both, none).isTwice)).toEqual([true, false, true])
  const planned = planOf(both, none, anywhere)
  expect('problems' in planned && [...planned.problems.keys()]).toEqual([0, 2])
})

test('a new one goes to the hosts of its vendor, or where all new ones go', () => {
  const rows = read(`PLAIN=some-long-value\nSTRIPE=${STRIPE}`)
  expect(needsForAll(rows, none)).toBe(true)
  const planned = planOf(rows, none, { ...anywhere, hosts: ['api.example.com'] })
  expect('plan' in planned && planned.plan.map((it) => it.policy?.hosts)).toEqual([
    ['api.example.com'],
    ['api.stripe.com'],
  ])
  expect(needsForAll(read(`STRIPE=${STRIPE}`), none)).toBe(false)
})

test('one that exists keeps where it may go, also with a value of a vendor', () => {
  const rows = read(`STRIPE=${STRIPE}`)
  const planned = planOf(rows, new Set(['STRIPE']), anywhere)
  expect(planned).toMatchObject({ plan: [{ replaces: true, policy: undefined }] })
})

test('a row has hosts of its own, which are checked', () => {
  const [row] = read('PLAIN=some-long-value')
  if (!row) throw new Error('no row')
  const withHosts = (hosts: string) => planOf([{ ...row, where: 'hosts', hosts }], none, undefined)
  expect(withHosts('a.example.com, b.example.com')).toMatchObject({
    plan: [{ policy: { hosts: ['a.example.com', 'b.example.com'] } }],
  })
  expect(withHosts('https://example.com/path')).toHaveProperty('problems')
  expect(withHosts('')).toHaveProperty('problems')
  expect(planOf([row], none, undefined)).toHaveProperty('problems')
})

test('a file of a framework', () => {
  const text = `APP_ENV=production\nexport DATABASE_URL="postgres://app:Xk29slPqr@db.internal/app"\n# none\nDEBUG=true\nMAIL_PASSWORD='uR7#kd82Lw'`
  expect(chosen(text)).toEqual(['DATABASE_URL', 'MAIL_PASSWORD'])
})
