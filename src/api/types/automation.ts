import { type Domain, parsePublicId, publicId, type VariableGroup } from '../../domain/index.ts'
import { migrateSteps } from '../../steps/index.ts'
import type { Builder } from '../builder.ts'
import { takesLater } from '../later.ts'
import { costs } from '../query-cost.ts'
import { defineAutomationContent } from './automation-content.ts'
import { defineAutomationStep } from './automation-step.ts'
import { hookAnswerTypes } from './hook-answer.ts'
import { hookSignatureTypes } from './hook-signature.ts'
import { nodeType } from './node.ts'
import { lastSeen, pageSize, unknownCursor } from './page.ts'
import { scheduleOf, scheduleTypes } from './schedule.ts'
import { defineVariables } from './variable.ts'

export type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]
export type AutomationRef = ReturnType<typeof defineAutomation>

/** The workspace that a public id names. For any other text it is a workspace without members. */
export const workspaceOf = (id: string): string => parsePublicId(id)?.workspace ?? ''

/** The same object for all automations of a list, for which the answer is remembered within a request. */
const variableScopes = sameForOne((workspace: string) => ({
  'secrets:read': workspace,
  'runs:read': workspace,
}))

const USUAL_PAGE = 500
const MAX_PAGE = 5000

export function defineAutomation(builder: Builder) {
  const Step = defineAutomationStep(builder)
  const { HookSignature } = hookSignatureTypes(builder)
  const { HookAnswer } = hookAnswerTypes(builder)
  const { Schedule } = scheduleTypes(builder)
  const VariableGroupType = defineVariables(builder)
  const Automation = builder.objectRef<AutomationRow>('Automation').implement({
    interfaces: [nodeType(builder)],
    description: 'An ordered list of steps with a trigger.',
    fields: (t) => ({
      id: t.id({ resolve: ({ workspace, id }) => publicId(workspace, id) }),
      name: t.exposeString('name'),
      version: t.exposeInt('version', {
        description: 'Goes up by one with each save. 0: no version was published, and nothing runs.',
      }),
      steps: t.field({
        type: [Step],
        extensions: costs({ size: 20 }),
        resolve: ({ steps }, _args, { registry }) => migrateSteps(registry, steps),
      }),
      hookUrl: t.string({
        nullable: true,
        description: 'Whoever knows it can start runs.',
        authScopes: ({ workspace }) => ({ 'runs:start': workspace }),
        resolve: (automation, _args, { publicUrl, domain }) =>
          `${publicUrl}/hooks/${domain.hooks.addressOf(automation)}`,
      }),
      hookSignature: t.field({
        type: HookSignature,
        nullable: true,
        resolve: ({ hookSignature }) => hookSignature,
      }),
      hookAnswer: t.field({
        type: HookAnswer,
        nullable: true,
        resolve: ({ hookAnswer }) => hookAnswer,
      }),
      schedule: t.field({
        type: Schedule,
        nullable: true,
        resolve: scheduleOf,
      }),
      pausedAt: t.expose('pausedAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'Since when nothing starts it: no person, no hook and no schedule. Null: it is not paused.',
      }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      variables: t.field({
        type: [VariableGroupType],
        extensions: costs({ weight: 500, size: 12 }),
        description: 'What the variable explorer shows for a step.',
        authScopes: ({ workspace }) => variableScopes(workspace),
        args: { step: t.arg.string({ required: false }) },
        resolve: (automation, { step }, { loaders }, info) => {
          const key = { automation, step: step ?? undefined }
          return (takesLater(info) ? loaders.variables.later(key) : loaders.variables.load(key)) as Promise<
            VariableGroup[]
          >
        },
      }),
    }),
  })

  defineAutomationContent(builder, Automation, Step)

  builder.queryFields((t) => ({
    automations: t.field({
      type: [Automation],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'Sorted by name; `after` is the last id seen.',
      deprecationReason:
        'Since 2026-11-27: use automationsConnection, which searches and says whether there are more.',
      authScopes: (_parent, { workspace }) => ({ 'automations:read': workspace }),
      args: {
        workspace: t.arg.id(),
        first: t.arg.int({ required: false, defaultValue: USUAL_PAGE }),
        after: t.arg.id({ required: false }),
      },
      resolve: async (_parent, { workspace, first, after }, { domain }) => {
        const seen = lastSeen(workspace, after, 'after')
        const page = { first: pageSize(first, USUAL_PAGE, MAX_PAGE), after: seen }
        const found = await domain.automations.list(workspace, page)
        if (seen && found.length === 0 && (await domain.automations.getMany(workspace, [seen])).length === 0)
          throw unknownCursor('after')
        return found
      },
    }),
    automation: t.field({
      type: Automation,
      nullable: true,
      authScopes: (_parent, { id }) => ({ 'automations:read': workspaceOf(id) }),
      args: { id: t.arg.id() },
      resolve: (_parent, { id }, { domain }) => domain.automations.get(id),
    }),
  }))
  return Automation
}

function sameForOne<T>(make: (workspace: string) => T): (workspace: string) => T {
  let last: { workspace: string; made: T } | undefined
  return (workspace) => {
    if (last?.workspace !== workspace) last = { workspace, made: make(workspace) }
    return last.made
  }
}
