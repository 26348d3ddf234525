/** The mail of an invitation. The token of the link is behind the `#`, which a browser sends to no server. */
export function invitationMail(
  url: string,
  { workspace, by }: { workspace: string; by: string },
): [subject: string, text: string] {
  const text = `${by} invites you to the workspace ${workspace} of Lockstep, which keeps secrets for automations.

Open this link within a week to join. It works once, for this address alone:

${url}

If you do not know ${by}, ignore this mail.
`
  return [`Join ${workspace} on Lockstep`, text]
}
