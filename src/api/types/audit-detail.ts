import type { FieldMap } from '@pothos/core'
import { type AuditAction, auditActions, type Domain, type Role, scopes } from '../../domain/index.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import type { RoleRef } from './workspace.ts'

export type AuditEventRow = Awaited<ReturnType<Domain['audit']>>[number]

/** The name of an action in the schema: `secret.create` is SECRET_CREATE. */
const enumName = (action: string): string => action.toUpperCase().replaceAll(/[.-]/g, '_')

export function defineAuditAction(builder: Builder) {
  return builder.enumType('AuditAction', {
    description: 'What was done, or tried.',
    values: Object.fromEntries(
      Object.entries(auditActions).map(([action, description]) => [
        enumName(action),
        { value: action as AuditAction, description },
      ]),
    ),
  })
}

export const isAuditAction = (action: string): action is AuditAction => Object.hasOwn(auditActions, action)

type Fields = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, AuditEventRow>

/** The types of the details, and the actions that have them. */
const typeOf: Partial<Record<AuditAction, string>> = {
  'secret.create': 'SecretPolicyAuditDetail',
  'secret.update': 'SecretPolicyAuditDetail',
  'secret.policy': 'SecretPolicyAuditDetail',
  'secret.use': 'SecretUseAuditDetail',
  'secret.send': 'SecretUseAuditDetail',
  'secret.refuse': 'SecretUseAuditDetail',
  'alert.fail': 'AutomationAuditDetail',
  'alert.send': 'AutomationAuditDetail',
  'alert.update': 'AutomationAuditDetail',
  'automation.create': 'AutomationAuditDetail',
  'automation.update': 'AutomationAuditDetail',
  'automation.delete': 'AutomationAuditDetail',
  'automation.rotate_hook': 'AutomationAuditDetail',
  'automation.pause': 'AutomationAuditDetail',
  'automation.resume': 'AutomationAuditDetail',
  'automation.draft': 'AutomationAuditDetail',
  'automation.discard_draft': 'AutomationAuditDetail',
  'automation.restore': 'AutomationAuditDetail',
  'run.start': 'RunAuditDetail',
  'step.test': 'RunAuditDetail',
  'member.invite': 'MemberAuditDetail',
  'member.join': 'MemberAuditDetail',
  'member.role': 'MemberAuditDetail',
  'invitation.revoke': 'MemberAuditDetail',
  'token.create': 'ApiTokenAuditDetail',
  'token.revoke': 'ApiTokenAuditDetail',
  'key.rotate': 'KeyAuditDetail',
  'key.rewrap': 'KeyAuditDetail',
  'policy.seal': 'KeyAuditDetail',
  'sign-in.succeed': 'SignInAuditDetail',
  'sign-in.fail': 'SignInAuditDetail',
  'document.add': 'DocumentAuditDetail',
  'document.remove': 'DocumentAuditDetail',
  'instance.pause': 'InstanceAuditDetail',
  'instance.resume': 'InstanceAuditDetail',
}

/** The union of what the details of events have in them, one type for actions that are alike. */
export function defineAuditDetail(builder: Builder, { RoleType }: RoleRef) {
  const detail = (name: string, description: string, fields: (t: Fields) => FieldMap) =>
    builder.objectRef<AuditEventRow>(name).implement({ description, fields })
  const role = (t: Fields, description: string) =>
    t.field({
      type: RoleType,
      nullable: true,
      description,
      resolve: ({ detail }) => roleIn(detail?.['role']),
    })
  const types = [
    detail(
      'SecretPolicyAuditDetail',
      'Where the value may go from then on. An empty list: anywhere.',
      (t) => ({
        hosts: texts(t, 'hosts', 'The hosts.'),
        methods: texts(t, 'methods', 'The HTTP methods.'),
        paths: texts(t, 'paths', 'The prefixes of paths.'),
        places: texts(t, 'places', 'The places in a request, or fields of steps.'),
      }),
    ),
    detail('SecretUseAuditDetail', 'Which step had the secret, and where it sent it.', (t) => ({
      step: text(t, 'step', 'The key of the step.'),
      type: text(t, 'type', 'The type of the step; null: it was only given the secret.'),
      attempt: whole(t, 'attempt', 'The attempt at the step, from 1; null: it was only given the secret.'),
      host: text(t, 'host', 'The host of the request; null: there was none.'),
      method: text(t, 'method', 'The HTTP method; null: it is no HTTP.'),
      status: whole(t, 'status', 'The status of the answer; null: there was no answer.'),
      code: text(t, 'code', 'The code of the error; null: there was an answer.'),
      times: whole(t, 'times', 'How many times the same was done; null: once.'),
    })),
    detail('AutomationAuditDetail', 'Which automation was changed.', (t) => ({
      automation: text(t, 'id', 'The id of the automation.'),
      version: whole(t, 'version', 'Its version from then on; null: the version did not change.'),
      restored: whole(t, 'restored', 'The earlier version that was brought back; null: none was.'),
      revision: whole(t, 'revision', 'The revision of the draft; null: it is not about a draft.'),
    })),
    detail('RunAuditDetail', 'Which run was started.', (t) => ({
      run: text(t, 'run', 'The id of the run.'),
      version: whole(t, 'version', 'The version of its automation; null: it tests a single step.'),
      type: text(t, 'type', 'The type of the step that is tested; null: it is the run of an automation.'),
    })),
    detail('MemberAuditDetail', 'What a member, or an invited person, may do.', (t) => ({
      role: role(t, 'The role; null: the one of the invitation.'),
      invitedBy: text(t, 'invitedBy', 'The email of who had invited them; null: it is not known.'),
    })),
    detail('ApiTokenAuditDetail', 'What an API token may do, or whose leaving ended it.', (t) => ({
      role: role(t, 'Its role; null: the token was revoked.'),
      scopes: texts(t, 'scopes', `Its scopes, some of ${scopes.join(', ')}.`),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'From then on it is refused; null: never, or the token was revoked.',
        resolve: ({ detail }) => timeIn(detail?.['expiresAt']),
      }),
      owner: text(t, 'owner', 'The email of who left and had made it; null: it ended in another way.'),
    })),
    detail('KeyAuditDetail', 'What was done with a key of the workspace.', (t) => ({
      replaced: text(t, 'replaced', 'The `kid` of the key that it replaced.'),
      secrets: whole(t, 'secrets', 'How many policies were sealed with their values.'),
      added: texts(t, 'added', 'The `kid`s of root and recovery keys that can open it from then on.'),
      removed: texts(t, 'removed', 'The `kid`s of root and recovery keys that can no longer open it.'),
    })),
    detail('SignInAuditDetail', 'How a person signed in, or tried to.', (t) => ({
      how: text(t, 'how', 'In words, such as `password and code`.'),
    })),
    detail('DocumentAuditDetail', 'Which documents were registered or removed.', (t) => ({
      documents: texts(t, 'documents', 'Of each its SHA-256, and the names of its operations.'),
    })),
    detail('InstanceAuditDetail', 'Why the instance was paused, and what became of what waited.', (t) => ({
      restored: t.boolean({
        nullable: true,
        description: 'Whether its database was restored from a backup.',
        resolve: ({ detail }) => (typeof detail?.['restored'] === 'boolean' ? detail['restored'] : null),
      }),
      begun: whole(t, 'begun', 'How many runs had begun before the restore, and ended with INTERRUPTED.'),
      waiting: whole(t, 'waiting', 'How many runs had waited then, and ended with INTERRUPTED.'),
      skipped: whole(t, 'skipped', 'How many schedules went on with their next time.'),
    })),
  ]
  return builder.unionType('AuditDetail', {
    description: 'What is on record of an event besides its target, by the kind of event.',
    types,
    resolveType: ({ action }) => (isAuditAction(action) ? typeOf[action] : undefined),
  })
}

/** Whether {@link defineAuditDetail} has a type for the details of the event. */
export const hasDetail = ({ action, detail }: AuditEventRow): boolean =>
  detail !== null && isAuditAction(action) && typeOf[action] !== undefined

// Rows of other versions of Lockstep may have other details: what is not as expected is null.
const text = (t: Fields, name: string, description: string) =>
  t.string({
    nullable: true,
    description,
    resolve: ({ detail }) => (typeof detail?.[name] === 'string' ? detail[name] : null),
  })

const whole = (t: Fields, name: string, description: string) =>
  t.int({
    nullable: true,
    description,
    resolve: ({ detail }) => (Number.isInteger(detail?.[name]) ? Number(detail?.[name]) : null),
  })

const texts = (t: Fields, name: string, description: string) =>
  t.stringList({
    nullable: true,
    description,
    resolve({ detail }) {
      const list: unknown = detail?.[name]
      return Array.isArray(list) ? list.filter((it) => typeof it === 'string') : null
    },
  })

const roleIn = (role: unknown): Role | null => (role === 'ADMIN' || role === 'MEMBER' ? role : null)

function timeIn(text: unknown): Date | null {
  const time = new Date(typeof text === 'string' ? text : Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time
}
