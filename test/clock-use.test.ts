import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The only files that may ask this machine for the time, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  'src/database-time.ts': 'before the first measurement there is nothing else',
  'src/store/clock-watch.ts': "compares this machine's clock with the database's",
  'src/log.ts': 'a line of the log is compared with other logs of this machine',
  'src/egress/retry.ts': 'a date of a server that does not say what time it has',
  'src/vault/key-statements.ts':
    'the time in a signature is shown, and decides nothing; it runs in the browser too',
}

test("nothing but the database's clock decides about what is stored", () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file))
  const asking = files.filter((file) => /new Date\(\)|Date\.now\b/.test(readFileSync(file, 'utf8')))
  expect(new Set(asking)).toEqual(new Set(Object.keys(allowed)))
})
