import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { documents } from '../../src/client/documents.ts'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { factsOf, leavesOf } from '../../src/commands/facts.ts'
import { exitsOf } from '../../src/commands/help.ts'
import { createProgram } from '../../src/commands/program.ts'
import { completionsFor } from '../../src/commands/write-completions.ts'
import { readConfig } from '../../src/config.ts'

const program = createProgram(() => readConfig({}))
const leaves = leavesOf(program)

describe.each(leaves)('lockstep %s', (_words, command) => {
  test('says what it does, what its options and arguments are, how it ends, and what --json prints', () => {
    const facts = factsOf(command)
    expect(facts, 'its exit codes and form of --json are declared').toBeDefined()
    expect(command.description()).toMatch(/\w{3}/)
    for (const it of command.options) expect(it.description, it.flags).toMatch(/\w{2}/)
    const inWords = typeof facts?.json === 'string'
    expect(command.options.some((it) => it.long === '--json')).toBe(!inWords)
    let help = ''
    command
      .configureOutput({
        writeOut: (text) => {
          help += text
        },
      })
      .outputHelp()
    for (const code of exitsOf(command))
      expect(help).toContain(`\n  ${String(code).padEnd(4)}${exitCodes[code]}`)
  })
})

test('every exit code of the table is one of a command', () => {
  const used = new Set(leaves.flatMap(([, command]) => exitsOf(command).map(String)))
  expect(used).toEqual(new Set(Object.keys(exitCodes)))
})

test('no option takes a value of a secret or a token, which every user of the machine could read', () => {
  const options = leaves.flatMap(([, it]) => it.options.map((option) => option.long))
  const taking = options.filter((it) => /^--(?:value|token|password|passphrase|secret)$/.test(it ?? ''))
  expect(taking).toEqual([])
})

test.each(Object.entries(documents))('what is asked for %s is valid in the schema', (_name, document) => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
  expect(validate(schema, parse(document))).toEqual([])
})

const has = (program: string) => spawnSync(program, ['--version']).status === 0

test.skipIf(!has('bash'))('bash completes every command, its options and the values of its arguments', () => {
  const script = completionsFor('bash', program)
  const completed = (...words: string[]) => {
    const line = `${script}\nCOMP_WORDS=(${words.map((it) => `'${it}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _lockstep; printf '%s\\n' "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)
  }
  expect(completed('lockstep', '')).toEqual([...program.commands.map((it) => it.name()), '--help'])
  expect(completed('lockstep', 'automations', 'ap')).toEqual(['apply'])
  expect(completed('lockstep', 'automations', 'apply', 'file.yaml', '--')).toEqual(
    expect.arrayContaining(['--yes', '--dry-run', '--prune', '--json', '--workspace', '--token-file']),
  )
  expect(completed('lockstep', '--x', 'secrets', '--workspace', 'acme', 's')).toEqual(['set'])
  expect(completed('lockstep', 'members', 'role', 'ada@example.com', 'A')).toEqual(['ADMIN'])
  expect(completed('lockstep', 'completions', '')).toEqual(['bash', 'zsh', 'fish', '--help'])
})

test.each(['zsh', 'fish'])('%s gets every command and option, and reads the script', (shell) => {
  const script = completionsFor(shell, program)
  for (const [words, command] of leaves) {
    expect(script).toContain(`'${words}'`)
    const shown = command.options.filter((it) => !it.hidden)
    for (const it of shown) expect(script).toContain(it.long?.slice(2))
  }
  if (!has(shell)) return
  expect(spawnSync(shell, ['-n', '/dev/stdin'], { input: script, encoding: 'utf8' })).toMatchObject({
    status: 0,
  })
})
