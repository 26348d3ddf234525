import { Argument, type Command } from 'commander'
import type { Config } from '../config.ts'
import { API_EXITS, apiGroup, runApiCommand } from './api-command.ts'
import { declare, REPORT } from './facts.ts'
import type { RemoveOptions } from './run-members.ts'
import type { ResetPasswordOptions } from './run-reset-password.ts'
import { readRole, roleOption } from './tokens.ts'

/** `lockstep members`: who is in a workspace, and what an operator does for a person who cannot sign in. */
export function addMemberCommands(program: Command, config: () => Config): void {
  const group = apiGroup(
    program,
    'members',
    'list, invite, change and remove members; help one who cannot sign in',
  )
  addMembership(group, config)
  const reset = group
    .command('reset-password')
    .argument('<email>', 'the address of the account')
    .option('--without-second-factor', 'also turn off the authenticator app, for somebody who has lost it')
    .description(
      'on the database: print a link with which the person chooses a new password; it works once, for an hour',
    )
    .action(async (email: string, options: ResetPasswordOptions) => {
      const { runResetPassword } = await import('./run-reset-password.ts')
      return runResetPassword(config(), email, options)
    })
  declare(reset, { exits: [1, 78, 130], json: REPORT })
}

function addMembership(group: Command, config: () => Config): void {
  const load = () => import('./run-members.ts')
  const list = group
    .command('list')
    .description('print the email, the role and the name of each member')
    .action((_options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).listMembers(session)),
    )
  const invite = group
    .command('invite')
    .description('invite somebody, and print the link, which works for a week and for this email alone')
    .argument('<email>')
    .addOption(roleOption('their role').default('MEMBER'))
    .action((email: string, { role }: { role: string }, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).inviteMember(session, email, role)),
    )
  const role = group
    .command('role')
    .description('give a member another role')
    .argument('<email>')
    .addArgument(new Argument('<role>', 'the new role').choices(['ADMIN', 'MEMBER']).argParser(readRole))
    .action((email: string, wanted: string, _options: object, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).setRole(session, email, wanted)),
    )
  const remove = group
    .command('remove')
    .description('remove a member; their API tokens and open invitations end')
    .argument('<email>')
    .option(
      '--rotate-hooks',
      'give every hook of the workspace another URL, because the person may know them',
    )
    .action((email: string, options: RemoveOptions, command: Command) =>
      runApiCommand(command, config, async (session) => (await load()).removeMember(session, email, options)),
    )
  const member = { email: 'ada@example.com', role: 'ADMIN' }
  declare(list, { exits: API_EXITS, json: { members: [{ ...member, name: 'Ada', user: '…' }] } })
  declare(invite, { exits: API_EXITS, json: { ...member, url: 'https://lockstep.example.com/invite#…' } })
  declare(role, { exits: API_EXITS, json: member })
  declare(remove, { exits: API_EXITS, json: { email: member.email, removed: true, hooksRotated: false } })
}
