import type { AuditLogQuery } from '../gql/graphql.ts'

export type AuditEvent = AuditLogQuery['auditLogConnection']['edges'][number]['node']

const done: Readonly<Record<string, string>> = {
  'alert.fail': 'could tell nobody of failed runs of',
  'alert.send': 'told of a failed run of',
  'alert.update': 'changed who is told of failed runs of',
  'automation.create': 'made the automation',
  'automation.delete': 'deleted the automation',
  'automation.pause': 'paused the automation',
  'automation.resume': 'resumed the automation',
  'automation.discard_draft': 'threw away the draft of',
  'automation.draft': 'saved a draft of',
  'automation.restore': 'brought back an earlier version of',
  'automation.rotate_hook': 'gave a new URL to the hook of',
  'automation.update': 'changed the automation',
  'invitation.revoke': 'revoked the invitation of',
  'member.invite': 'invited',
  'member.join': 'joined as',
  'member.leave': 'left as',
  'member.remove': 'removed',
  'member.role': 'changed the role of',
  'passkey.add': 'added a passkey to',
  'app.allow': 'allowed an app to act for',
  'passkey.remove': 'removed a passkey from',
  'password.change': 'changed the password of',
  'password.link': 'was given a link for a new password of',
  'password.reset': 'set a new password for',
  'run.cancel': 'cancelled a run of',
  'run.download': 'downloaded a file of the run',
  'run.start': 'started a run of',
  'secret.create': 'added the secret',
  'secret.describe': 'described the secret',
  'secret.delete': 'deleted the secret',
  'secret.policy': 'changed where steps may send',
  'secret.refuse': 'was refused to send the secret',
  'secret.send': 'sent the secret',
  'secret.update': 'replaced the value of',
  'secret.use': 'used the secret',
  'session.end': 'ended a session of',
  'sign-in.fail': 'was not signed in as',
  'sign-in.second-factor': 'gave the password of',
  'sign-in.succeed': 'signed in as',
  'step.test': 'tested a step of the type',
  'token.create': 'made the API token',
  'token.revoke': 'revoked the API token',
  'two-factor.disable': 'turned off the authenticator app of',
  'two-factor.enable': 'turned on the authenticator app of',
  'workspace.create': 'made the workspace',
  'workspace.delete': 'deleted the workspace',
  'workspace.rename': 'renamed the workspace',
}

/**
 * What was done, as the middle of a sentence: somebody “made the automation” something. An unknown action is shown as
 * it is.
 */
export function describeAction(action: string): string {
  return done[action] ?? action
}

/** The details of an event, such as `role: MEMBER`. */
export function describeDetail(detail: unknown): string[] {
  if (typeof detail !== 'object' || detail === null) return []
  return Object.entries(detail).map(([name, value]) => `${name}: ${textOf(value)}`)
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'any' : value.map(textOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
