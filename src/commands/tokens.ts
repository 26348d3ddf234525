import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, runApiCommand } from './api-command.ts'
import { declare } from './facts.ts'
import type { CreateOptions } from './run-tokens.ts'

/** `lockstep tokens`: API tokens of a workspace. */
export function addTokenCommands(program: Command, config: () => Config): void {
  const group = apiGroup(program, 'tokens', 'list, create and revoke API tokens (docs/tokens.md)')
  const load = () => import('./run-tokens.ts')
  const list = group
    .command('list')
    .description('print the name, the id, the role, the end and the last use of each token')
    .action((_options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).listTokens(session)),
    )
  const create = group
    .command('create')
    .description('make a token; it is shown once, or written to a file')
    .argument('<name>')
    .addOption(roleOption('its role').makeOptionMandatory())
    .option('--scope <scope>', 'one of the scopes of the role; again for another; without it all', collect)
    .option('--days <days>', 'how long it works: 1 to 365, or never; without it 90', readDays)
    .option('--output <file>', 'write the token into a new file (mode 0600), and do not print it')
    .action((name: string, options: CreateOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).createToken(session, name, options)),
    )
  const revoke = group
    .command('revoke')
    .description('revoke a token at once')
    .argument('<token>', 'its id or its name')
    .action((token: string, _options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).revokeToken(session, token)),
    )
  const common = { id: 'acme:…', name: 'ci', role: 'MEMBER', scopes: ['runs:start'] }
  const expiresAt = '2027-02-25T12:00:00.000Z'
  const used = { createdAt: expiresAt, lastUsedAt: expiresAt, lastUsedFrom: '203.0.113.7' }
  declare(list, {
    exits: API_EXITS,
    json: { tokens: [{ ...common, owner: { email: 'ada@example.com' }, expiresAt, ...used }] },
  })
  declare(create, { exits: API_EXITS, json: { ...common, expiresAt, token: 'lks_…', file: 'token' } })
  declare(revoke, { exits: API_EXITS, json: { id: 'acme:…', name: 'ci', revoked: true } })
}

/** An option that takes a role in any case. */
export function roleOption(description: string): Option {
  return new Option('--role <role>', description).choices(['ADMIN', 'MEMBER']).argParser(readRole)
}

export function readRole(text: string): string {
  const role = text.toUpperCase()
  if (role === 'ADMIN' || role === 'MEMBER') return role
  throw new InvalidArgumentError('It is ADMIN or MEMBER.')
}

const collect = (entry: string, before: string[] = []): string[] => [...before, entry]

function readDays(text: string): number | 'never' {
  if (text === 'never') return text
  const days = Number(text)
  if (/^\d{1,3}$/.test(text) && days >= 1 && days <= 365) return days
  throw new InvalidArgumentError('It is a whole number from 1 to 365, or never.')
}
