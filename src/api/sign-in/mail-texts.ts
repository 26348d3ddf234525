/** The mails of sign-in. Links have their token behind the `#`, which a browser sends to no server. */
export function passwordResetMail(publicUrl: string, token: string): [subject: string, text: string] {
  const text = `Somebody asked to set a new password for your account at ${publicUrl}.

Open this link to choose one. It works once, within an hour, and ends all sessions of the account:

${publicUrl}/reset-password#${token}

If it was not you, ignore this mail: nothing has changed.
`
  return ['Set a new password for Lockstep', text]
}

export function verificationMail(publicUrl: string, token: string): [subject: string, text: string] {
  const text = `Open this link within an hour to confirm that this address is yours:

${publicUrl}/verify-email#${token}

If you have no account at ${publicUrl}, ignore this mail.
`
  return ['Confirm your email address for Lockstep', text]
}
