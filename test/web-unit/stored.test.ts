import { expect, test } from 'vitest'
import { bytesInWords, storedInWords } from '../../web/src/runs/stored.ts'

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1000, '1 kB'],
  [1_234_567, '1.2 MB'],
  [2_147_483_648, '2.1 GB'],
  [5e15, '5,000 TB'],
])('%d bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words)
})

test('the share is told where there is a limit, and what follows when it is reached', () => {
  expect(storedInWords({ bytes: 5_000_000 })).toBe('This workspace stores about 5 MB.')
  expect(storedInWords({ bytes: 5e6, maxBytes: 1e7, share: 0.5 })).toBe(
    'This workspace stores about 5 MB, 50% of the 10 MB that it may.',
  )
  expect(storedInWords({ bytes: 1e7, maxBytes: 1e7, share: 1 })).toMatch(/No run is started until/)
})
