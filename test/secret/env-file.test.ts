import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseEnvFile } from '../../src/secret/env-file.ts'

const KEY = '-----BEGIN KEY-----\nMIIB\nAAAA\n-----END KEY-----'

/** As people have them: of frameworks, of docker compose, of shells, and written by hand. */
const files: [what: string, text: string, expected: [string, string][]][] = [
  [
    'plain lines',
    'A=1\nB=two words\n',
    [
      ['A', '1'],
      ['B', 'two words'],
    ],
  ],
  ['no line break at the end', 'A=1', [['A', '1']]],
  [
    'lines of Windows',
    'A=1\r\nB="2"\r\n',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['comments and empty lines', '# A=0\n\n  # more\nA=1 # why\n\n', [['A', '1']]],
  [
    'lines for a shell',
    "export A=1\n  export B='2'\n",
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['white space around both', '  A  =  1  \n', [['A', '1']]],
  ['equals signs in a value', 'URL=https://a.test/?b=c==\n', [['URL', 'https://a.test/?b=c==']]],
  [
    'a # in quotes',
    'A="p#ss"\nB=\'p#ss\'\nC=`p#ss`\n',
    [
      ['A', 'p#ss'],
      ['B', 'p#ss'],
      ['C', 'p#ss'],
    ],
  ],
  [
    'a comment behind quotes',
    'A="1" # "why"\nB=2\n',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  [
    'quotes in other quotes',
    `A='{"b": "c"}'\nB=2\n`,
    [
      ['A', '{"b": "c"}'],
      ['B', '2'],
    ],
  ],
  [
    'a key of several lines',
    `A="${KEY}"\nB=2\n`,
    [
      ['A', KEY],
      ['B', '2'],
    ],
  ],
  ['a key with written line breaks', `A="${KEY.replaceAll('\n', '\\n')}"\n`, [['A', KEY]]],
  ['written line breaks in single quotes', "A='a\\nb'\n", [['A', 'a\\nb']]],
  [
    'a quote that is not closed',
    'A="one\nB=2\n',
    [
      ['A', '"one'],
      ['B', '2'],
    ],
  ],
  [
    'a quote within a value',
    "A=it's\nB=2\n",
    [
      ['A', "it's"],
      ['B', '2'],
    ],
  ],
  [
    'empty values',
    'A=\nB=""\nC=3\n',
    [
      ['A', ''],
      ['B', ''],
      ['C', '3'],
    ],
  ],
  ['lines of another form', 'hello\nA=1\nunset B\n', [['A', '1']]],
  [
    'names with other signs',
    'my-key=1\nmy.key=2\n',
    [
      ['my-key', '1'],
      ['my.key', '2'],
    ],
  ],
  ['nothing', '', []],
  ['white space alone', ' \n\t\n', []],
]

describe.each(files)('a .env file with %s', (_what, text, expected) => {
  test('is read', () => {
    expect(parseEnvFile(text)).toEqual(expected.map(([key, value]) => ({ key, value })))
  })

  test('is read as Node reads it', () => {
    expect(parseEnv(text)).toEqual(Object.fromEntries(expected))
  })
})

test('a key that stands there twice is given twice', () => {
  expect(parseEnvFile('A=1\nB=2\nA=3')).toEqual([
    { key: 'A', value: '1' },
    { key: 'B', value: '2' },
    { key: 'A', value: '3' },
  ])
})

test('a byte order mark is no part of the first key', () => {
  expect(parseEnvFile('\uFEFFA=1')).toEqual([{ key: 'A', value: '1' }])
})

test('white space alone is an empty value, and not the line below, as Node has it', () => {
  expect(parseEnvFile('A=  \nB=2')).toEqual([
    { key: 'A', value: '' },
    { key: 'B', value: '2' },
  ])
})

test('a line without a key is passed over', () => {
  expect(parseEnvFile('=1\nA=2')).toEqual([{ key: 'A', value: '2' }])
})
