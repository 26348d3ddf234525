import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { tell } from './api-command.ts'
import { declare } from './facts.ts'
import type { LoginOptions } from './run-login.ts'

const EXITS = [1, 78] as const

/** `lockstep login`, `logout` and `whoami`: who the commands over the API act as. */
export function addLoginCommands(program: Command, config: () => Config): void {
  const load = () => import('./run-login.ts')
  const login = program
    .command('login')
    .description(
      'sign in by a browser, which may be on another machine; the commands over the API then act as you',
    )
    .argument('[url]', 'of the server; without it LOCKSTEP_URL, or http://localhost:4000')
    .option('--workspace <id>', 'the one that is meant when a command names none')
    .addHelpText('after', LOGIN_HELP)
    .action((url: string | undefined, options: LoginOptions) =>
      tell(options.json === true, async () => (await load()).runLogin(config(), url, options)),
    )
  const logout = program
    .command('logout')
    .description('end what `lockstep login` has got, here and at the server')
    .action(({ json }: LoginOptions) => tell(json === true, async () => (await load()).runLogout(config())))
  const whoami = program
    .command('whoami')
    .description('say who `lockstep login` has signed in, where, and in which workspaces they are')
    .action(({ json }: LoginOptions) => tell(json === true, async () => (await load()).runWhoami(config())))
  const workspaces = [{ id: 'acme', name: 'Acme', role: 'ADMIN' }]
  const who = { url: 'https://lockstep.example.com', email: 'ada@example.com', workspace: 'acme' }
  declare(login, { exits: EXITS, json: { ...who, workspaces } })
  declare(logout, { exits: EXITS, json: { url: who.url, endedAtServer: true } })
  declare(whoami, { exits: EXITS, json: { ...who, workspaces } })
}

const LOGIN_HELP =
  '\nIt prints an address and a code. Open the address in a browser, compare the code, and allow it. What it gets is kept in\n' +
  '~/.config/lockstep/login.json (XDG_CONFIG_HOME), which nobody else may read, and works for a week without use. It is\n' +
  'listed on your Security page, and ends there, with `lockstep logout`, or with a new password.'
