import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, runApiCommand } from './api-command.ts'
import { declare } from './facts.ts'
import type { ListOptions, StartOptions } from './run-runs.ts'

const STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']
const RUN = {
  id: 'acme:…',
  status: 'SUCCEEDED',
  automation: { id: 'acme:…', name: 'Charge' },
  createdAt: '2026-11-27T12:00:00.000Z',
  startedAt: '2026-11-27T12:00:00.000Z',
  finishedAt: '2026-11-27T12:00:01.000Z',
  error: { code: 'TIMEOUT', message: 'The step took too long.' },
}
const STEP = { key: 'charge', status: 'SUCCEEDED', attempt: 1, error: { code: 'TIMEOUT', message: '…' } }

/** `lockstep runs`. */
export function addRunCommands(program: Command, config: () => Config): void {
  const group = apiGroup(program, 'runs', 'start, watch, cancel and list runs')
  const load = () => import('./run-runs.ts')
  const list = group
    .command('list')
    .description('print the newest runs: id, status, time and automation')
    .option('--automation <name>', 'only of this one: its name or its id')
    .addOption(
      new Option('--status <status>', 'only these; give it again for another')
        .choices(STATUSES)
        .argParser((it: string, before: string[] = []) => [...before, readStatus(it)]),
    )
    .option('--first <count>', 'how many at most: 1 to 1000', readCount, 50)
    .action((options: ListOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).listRuns(session, options)),
    )
  const start = group
    .command('start')
    .description('start a run and print its id')
    .argument('<automation>', 'its name or its id')
    .option('--input <file>', 'JSON that templates name as `trigger`; - for standard input')
    .option('--watch', 'follow it to its end, as `runs watch`')
    .action((name: string, options: StartOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).startRun(session, name, options)),
    )
  const watch = group
    .command('watch')
    .description('follow a run to its end, and end with code 3 when it has not succeeded')
    .argument('<id>')
    .action((id: string, _options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).watchRun(session, id)),
    )
  const cancel = group
    .command('cancel')
    .description('cancel a run')
    .argument('<id>')
    .action((id: string, _options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).cancelRun(session, id)),
    )
  const whole = { ...RUN, output: 'as it is', steps: [STEP] }
  declare(list, { exits: API_EXITS, json: { runs: [RUN] } })
  declare(start, { exits: [...API_EXITS, 3], json: { run: { id: 'acme:…' } } })
  declare(watch, { exits: [...API_EXITS, 3], json: { run: whole } })
  declare(cancel, { exits: API_EXITS, json: { run: { id: 'acme:…', status: 'CANCELLED' } } })
}

function readStatus(text: string): string {
  const status = text.toUpperCase()
  if (STATUSES.includes(status)) return status
  throw new InvalidArgumentError(`It is one of ${STATUSES.join(', ')}.`)
}

function readCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 1000) return count
  throw new InvalidArgumentError('It is a whole number from 1 to 1000.')
}
