import type { Command } from 'commander'
import type { Config } from '../config.ts'

/** `lockstep members`: what an operator does for a person who cannot sign in. */
export function addMemberCommands(program: Command, config: Config): void {
  program
    .command('members')
    .description('help a person who cannot sign in')
    .command('reset-password')
    .argument('<email>', 'the address of the account')
    .option('--without-second-factor', 'also turn off the authenticator app, for somebody who has lost it')
    .description('print a link with which the person chooses a new password; it works once, for an hour')
    .action(async (email: string, { withoutSecondFactor }: { withoutSecondFactor?: true }) => {
      const { runResetPassword } = await import('./run-reset-password.ts')
      return runResetPassword(config, email, withoutSecondFactor === true)
    })
}
