import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/** What is on record in the log of a workspace, each with what it says. The log of the instance has others too. */
export const auditActions = {
  'alert.fail': 'Nobody could be told that runs of an automation fail.',
  'alert.send': 'People or a service were told that a run of an automation failed.',
  'alert.update': 'Who is told of failed runs of an automation was changed.',
  'app.allow': 'A person allowed an app of another origin to act for them.',
  'automation.create': 'An automation was made.',
  'automation.delete': 'An automation was deleted.',
  'automation.pause': 'An automation was paused: nothing starts it.',
  'automation.resume': 'The pause of an automation was ended.',
  'automation.discard_draft': 'The draft of an automation was thrown away.',
  'automation.draft': 'A draft of an automation was saved; what runs is as before.',
  'automation.restore': 'An automation was set back to an earlier version.',
  'automation.rotate_hook': 'The hook of an automation got another URL.',
  'automation.update': 'An automation was changed.',
  'document.add': 'An operator registered GraphQL documents of an app.',
  'document.remove': 'An operator removed registered GraphQL documents.',
  'instance.pause': 'An operator paused the instance: no run begins.',
  'instance.resume': 'An operator ended the pause of the instance.',
  'invitation.revoke': 'An invitation was revoked.',
  'key.delete': 'A retired key of the workspace was deleted.',
  'key.rewrap': 'A key of the workspace was sealed for other root or recovery keys.',
  'key.rotate': 'The workspace got a new key.',
  'member.invite': 'A person was invited.',
  'member.join': 'A person became a member, or got the role of an invitation.',
  'member.leave': 'A member left.',
  'member.remove': 'A member was removed.',
  'member.role': 'A member got another role.',
  'passkey.add': 'A person added a passkey.',
  'passkey.remove': 'A person removed a passkey.',
  'password.change': 'A person changed their password.',
  'password.link': 'An operator made a link with which a person sets a new password.',
  'password.reset': 'A person set a new password by such a link.',
  'policy.seal': 'Policies of secrets were sealed with their values.',
  'run.cancel': 'A run was cancelled.',
  'run.download': 'A file of a run was downloaded.',
  'run.start': 'A run was started.',
  'secret.create': 'A secret was added.',
  'secret.describe': 'The owner or the description of a secret was changed.',
  'secret.delete': 'A secret was deleted.',
  'secret.policy': 'The policy of a secret was narrowed.',
  'secret.refuse': 'A step was refused to send a secret.',
  'secret.send': 'A step that had a secret sent a request.',
  'secret.update': 'A secret got a new value.',
  'secret.use': 'A step was given a secret.',
  'session.end': 'A person ended a session.',
  'sign-in.fail': 'Somebody gave a wrong password for a person.',
  'sign-in.second-factor': 'A person gave the right password, and was asked for the second factor.',
  'sign-in.succeed': 'A person signed in.',
  'step.test': 'A single step was tested.',
  'token.create': 'An API token was made.',
  'token.revoke': 'An API token was revoked.',
  'two-factor.disable': 'A person turned off the second factor.',
  'two-factor.enable': 'A person turned on the second factor.',
  'workspace.create': 'The workspace was made.',
  'workspace.delete': 'The workspace was deleted.',
  'workspace.rename': 'The workspace got another name.',
} as const
export type AuditAction = keyof typeof auditActions

/** The workspace of events that belong to none. No workspace can have this id. */
export const INSTANCE = '@instance'

/**
 * A row of the audit log belongs to a workspace or to {@link INSTANCE}. It refers to no other table, so that a run's
 * events cost no look-up and no lock.
 */
const chainKey = () => p.string().length(40).primary().fieldName('workspace_id')

/**
 * Who did what to which thing. Written in the transaction of the change. Nobody updates it but `link_audit`, which adds
 * `sequence` and `hash` soon afterwards. Ids are UUIDv7: by time.
 */
export const AuditEvent = defineEntity({
  name: 'AuditEvent',
  properties: {
    workspace: chainKey(),
    id: p.uuid().primary(),
    at: p.datetime(),
    actor: p.text(),
    action: p.text(),
    target: p.text(),
    detail: p.json<Record<string, unknown>>().columnType('json').nullable(),
    /** Of whoever sent the request; none where no request was made. */
    address: p.text().nullable(),
    client: p.text().nullable(),
    /** Its place in the chain of its workspace, from 1; none: not linked yet. */
    sequence: p.bigint('number').nullable().lazy(),
    /** SHA-256 of the row with its sequence and the hash of the row before (docs/audit.md). */
    hash: p.blob().nullable().lazy(),
  },
  indexes: [
    {
      name: 'audit_event_unlinked_index',
      expression:
        'create index "audit_event_unlinked_index" on "audit_event" ("workspace_id", "id") where "sequence" is null',
    },
    {
      name: 'audit_event_sequence_index',
      expression:
        'create index "audit_event_sequence_index" on "audit_event" ("workspace_id", "sequence") where "sequence" is not null',
    },
  ],
})
export type AuditEvent = InferEntity<typeof AuditEvent>

/** Where the chain of a workspace ends. */
export const AuditChain = defineEntity({
  name: 'AuditChain',
  properties: { workspace: chainKey(), sequence: p.bigint('number'), hash: p.blob() },
})

/** That the chain had this hash at this place, signed by the root key. */
export const AuditCheckpoint = defineEntity({
  name: 'AuditCheckpoint',
  properties: {
    workspace: chainKey(),
    sequence: p.bigint('number').primary(),
    hash: p.blob(),
    at: p.datetime(),
    /** A compact JWS. */
    statement: p.text(),
  },
})

/** Rows that went with their age, from the first to the last, and the hash of the last one. */
export const AuditCut = defineEntity({
  name: 'AuditCut',
  properties: {
    workspace: chainKey(),
    last: p.bigint('number').primary(),
    first: p.bigint('number'),
    hash: p.blob(),
    at: p.datetime(),
    /** A compact JWS by the root key; none where no key could sign. */
    statement: p.text().nullable(),
  },
})

/** How far the log of a workspace was sent to a target. */
export const AuditStream = defineEntity({
  name: 'AuditStream',
  properties: {
    workspace: chainKey(),
    /** SHA-256 of the target's address, which may have a token in it. */
    target: p.string().length(64).primary(),
    sequence: p.bigint('number'),
  },
})
