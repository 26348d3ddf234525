import type { Config } from '../config.ts'
import { recordSignInEvent } from '../domain/index.ts'
import { AppError } from '../errors.ts'
import { findAccount, newPasswordReset, turnOffSecondFactor } from '../store/password-reset.ts'
import { operator } from './operator.ts'
import { type CommandParts, runCommand } from './run-command.ts'

export interface ResetPasswordOptions {
  withoutSecondFactor?: boolean
  json?: true
}

/** Prints a link for a new password and ends the process with its exit code. */
export function runResetPassword(
  config: Config,
  email: string,
  { withoutSecondFactor: withoutFactor = false, json }: ResetPasswordOptions,
): Promise<never> {
  const work = async ({ store, say }: CommandParts) => {
    if (!config.signIn.passwordSignIn) {
      const advice = 'Reset the password at the provider of OpenID Connect.'
      throw new AppError(
        'INVALID_CONFIG',
        `LOCKSTEP_PASSWORD_SIGN_IN is off: nobody has a password here. ${advice}`,
      )
    }
    const user = await findAccount(store, email.trim().toLowerCase())
    if (user === undefined)
      throw new AppError('NOT_FOUND', 'There is no account with this email address. Check how it is written.')
    const token = await store.inTransaction(async (tx) => {
      if (withoutFactor) await turnOffSecondFactor(tx, user)
      return newPasswordReset(tx, user)
    })
    const event = { person: { id: user }, detail: { operator: operator() } }
    await recordSignInEvent(store, { ...event, action: 'password.link' })
    if (withoutFactor) await recordSignInEvent(store, { ...event, action: 'two-factor.disable' })
    say(`${config.publicUrl}/reset-password#${token}`)
    say(
      'Give this link to the person alone. It works once, within an hour, and ends all sessions of the account.',
    )
    return 0
  }
  return runCommand('members reset-password', config, work, { json })
}
