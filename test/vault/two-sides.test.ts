import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import * as sealing from '../../src/vault/sealing.ts'

/** Every file that an entry file reaches through imports within the project. */
function reached(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen
  seen.add(entry.href)
  for (const [, path = ''] of readFileSync(entry, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    reached(new URL(path, entry), seen)
  }
  return seen
}

const files = [...reached(new URL('../../src/vault/sealing.ts', import.meta.url))]

test('the sealing side imports no file that handles a private key', () => {
  expect(new Set(files.map((it) => basename(it)))).toEqual(
    new Set([
      'agreement.ts',
      'audit-statements.ts',
      'base64url.ts',
      'certificate.ts',
      'content-key.ts',
      'create-workspace-key.ts',
      'database-time.ts',
      'entries.ts',
      'errors.ts',
      'host-name.ts',
      'host-pattern.ts',
      'jose-header.ts',
      'key-statements.ts',
      'policy-claim.ts',
      'policy.ts',
      'seal-in-node.ts',
      'seal-value.ts',
      'sealed-value.ts',
      'sealing.ts',
      'statement.ts',
      'succession.ts',
      'timed-cache.ts',
      'vouched-key.ts',
      'workspace-key-envelope.ts',
    ]),
  )
})

test('the sealing side exports nothing that opens', () => {
  expect(Object.keys(sealing).filter((it) => /open|root|decrypt|unwrap|load/i.test(it))).toEqual([])
})
