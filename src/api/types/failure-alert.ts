import type { Automation, Domain } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import { type AutomationRef, workspaceOf } from './automation.ts'
import { attempt, defineResult } from './result.ts'

type Row = Awaited<ReturnType<Domain['failureAlerts']['ofMany']>>[number]

/** Who is told when a run of an automation fails. */
export function defineFailureAlerts(builder: Builder, Automation: AutomationRef): void {
  const FailureAlert = builder.objectRef<Row>('FailureAlert').implement({
    description: 'Who is told when a run of an automation fails. It names automation, run, step and code.',
    fields: (t) => ({
      recipients: t.exposeStringList('recipients', {
        description: 'The e-mail addresses of members who get a mail. Who leaves the workspace gets none.',
      }),
      url: t.exposeString('url', { nullable: true, description: 'What gets a POST of JSON; null: nothing.' }),
      everyMinutes: t.exposeInt('everyMinutes', {
        description: 'How many minutes there are at least between two.',
      }),
      sentAt: t.expose('sentAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the last one was sent; null: none was.',
      }),
    }),
  })
  builder.objectField(Automation, 'failureAlert', (t) =>
    t.field({
      type: FailureAlert,
      nullable: true,
      extensions: costs({ weight: 5 }),
      description: 'Null: nobody is told.',
      resolve: ({ workspace, id }, _args, { loaders }) => loaders.failureAlert.load({ workspace, id }),
    }),
  )
  const SeenFailureAlertInput = builder.inputType('SeenFailureAlertInput', {
    description:
      'Who was told of failed runs when the client read it. Without recipients and without a URL: nobody.',
    fields: (t) => ({
      recipients: t.stringList({ description: 'E-mail addresses, as they were read.' }),
      url: t.string({ required: false, description: 'The URL, as it was read.' }),
      everyMinutes: t.int({ required: false, description: 'The minutes, as they were read.' }),
    }),
  })
  const SetFailureAlertInput = builder.inputType('SetFailureAlertInput', {
    description: 'Who is told of failed runs from then on.',
    fields: (t) => ({
      id: t.id({ description: 'The id of the automation.' }),
      recipients: t.stringList({
        description: 'E-mail addresses of members. They get mails if the instance sends any.',
      }),
      url: t.string({
        required: false,
        description:
          'Gets a POST of JSON with automation, run, step and code, and with text as chats take it. Everybody in the workspace ' +
          'can read the URL.',
      }),
      everyMinutes: t.int({
        required: false,
        description: 'How many minutes there are at least between two: 1 to 10080; 60 if it is absent.',
      }),
      ifAlert: t.field({
        type: SeenFailureAlertInput,
        required: false,
        description:
          'What the client knows. If somebody has saved another setting since, the answer is CONFLICT.',
      }),
    }),
  })
  const Result = defineResult<{ automation: Automation }>(
    builder,
    'SetFailureAlert',
    ['NOT_FOUND', 'INVALID_FIELD', 'CONFLICT'],
    (t) => ({ automation: t.field({ type: Automation, resolve: ({ automation }) => automation }) }),
  )
  builder.mutationField('setFailureAlert', (t) =>
    t.field({
      type: Result,
      description: 'Without recipients and without a URL nobody is told.',
      authScopes: (_parent, { input }) => ({ 'automations:write': workspaceOf(input.id) }),
      args: { input: t.arg({ type: SetFailureAlertInput }) },
      resolve: (_parent, { input: { id, ...wish } }, { domain, caller }) =>
        attempt(async () => ({ automation: await domain.failureAlerts.set(actorOf(caller), id, wish) })),
    }),
  )
}
