import type { Argument, Command, Option } from 'commander'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { FAILURE, factsOf, leavesOf } from '../../src/commands/facts.ts'
import { exitsOf } from '../../src/commands/help.ts'
import { createProgram } from '../../src/commands/program.ts'
import { readConfig } from '../../src/config.ts'

/** The page of the commands, made from their one table. */
export function commandsPage(): string {
  const program = createProgram(() => readConfig({}))
  const codes = Object.entries(exitCodes).map(([code, means]) => `| ${code} | ${means} |`)
  const parts = leavesOf(program).map(([words, command]) => section(words, command))
  return [
    INTRODUCTION,
    '## Exit codes',
    ['| code | what it means |', '|---|---|', ...codes].join('\n'),
    '## JSON',
    `${JSON_WORDS}\n\n${json(FAILURE)}`,
    ...parts,
    '',
  ].join('\n\n')
}

const INTRODUCTION = `# Commands

*This page is made by \`npm run docs:pages\` from src/commands.*

\`lockstep COMMAND --help\` says the same. Those of a workspace work over the API, as who \`lockstep login\` has signed in, or with an
API token (\`LOCKSTEP_TOKEN\`). The others work on the database of the instance, with its [settings](settings.md). A value is
never an argument: it is typed without being shown, or comes from standard input or a file.`

const JSON_WORDS =
  'With `--json` a command prints one JSON object, as the examples show. `null` may stand in the place of any member. A command\n' +
  'that fails prints this, and its exit code is the same. One that tells `messages` adds those that it had told before:'

function section(words: string, command: Command): string {
  const group = command.parent?.options ?? []
  const options = [...command.options, ...group].filter((it) => !it.hidden).map(optionRow)
  const facts = factsOf(command)
  const form = facts?.json
  return [
    `## lockstep ${words}`,
    sentence(command.description()),
    ['```', `lockstep ${words}${command.registeredArguments.map(usage).join('')}`, '```'].join('\n'),
    options.length > 0 ? ['| option | what it does |', '|---|---|', ...options].join('\n') : '',
    `Exit codes: ${exitsOf(command).join(', ')}.`,
    typeof form === 'string' ? `JSON: ${form}` : json(form),
  ]
    .filter((it) => it !== '')
    .join('\n\n')
}

const usage = (it: Argument): string => {
  const name = `${it.name()}${it.variadic ? '...' : ''}`
  return it.required ? ` <${name}>` : ` [${name}]`
}

const optionRow = ({ flags, description, argChoices }: Option): string =>
  `| \`${flags}\` | ${cell(description)}${argChoices ? ` (${argChoices.join(', ')})` : ''} |`

const json = (form: unknown): string => ['```json', JSON.stringify(form, undefined, 2), '```'].join('\n')

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${cell(text.slice(1))}.`

/** What looks like a tag, or ends a cell, is text. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
