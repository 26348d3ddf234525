import { expect, test } from 'vitest'
import { lineOfEnd, readChange, readEnd } from '../../src/store/runs/told.ts'

const run = { workspace: 'acme', run: '00000000-0000-7000-8000-000000000001', sealedInput: 'sealed' }
const ended = { status: 'SUCCEEDED', error: null, output: '"ü 1"' } as const
// sha256sum of the line for `ended` and "sealed" behind it.
const PROOF = '024c42afd7ee7d17db7b418e436c8810d3d268dddf578b6bb2b046ce9089ceb5'

test('a result with its proof is read, and not with that of another run, input or result', () => {
  const { end } = readChange(`${lineOfEnd(run, ended)} ${PROOF}`)
  expect(readEnd(run, end)).toEqual(ended)
  expect(readEnd({ ...run, run: '00000000-0000-7000-8000-000000000002' }, end)).toBeUndefined()
  expect(readEnd({ ...run, sealedInput: 'other' }, end)).toBeUndefined()
  expect(readEnd(run, end.replace('SUCCEEDED', 'FAILED'))).toBeUndefined()
})

test.each([
  ...['', ' ', '-', '{', 'null', '[]', '{}', '1', JSON.stringify(ended), PROOF, ` ${PROOF}`, `{ ${PROOF}`],
  ...[
    `null ${PROOF}`,
    `- ${PROOF}`,
    `${JSON.stringify(ended)} ${'0'.repeat(64)}`,
    'x'.repeat(7900),
    '\u{1F600}',
  ],
])('%j says nothing of an end', (end) => {
  expect(readEnd(run, end)).toBeUndefined()
})
