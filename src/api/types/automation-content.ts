import type { ObjectRef } from '@pothos/core'
import { type Domain, MAX_VERSIONS, publicId, type VersionSummary } from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import { migrateSteps } from '../../steps/index.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { graphqlError } from '../errors.ts'
import { costs } from '../query-cost.ts'
import { defineConnection, pageArguments, readConnection, sliceOf, uncounted } from './connection.ts'
import { hookAnswerTypes } from './hook-answer.ts'
import { hookSignatureTypes } from './hook-signature.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]
type DraftRow = Awaited<ReturnType<Domain['automations']['draftsOf']>>[number]
type Content = Pick<DraftRow, 'name' | 'steps' | 'hookSignature' | 'hookAnswer' | 'schedule'>
type Step = AutomationRow['steps'][number]

const VERSIONS = { name: 'versions', usual: 20, most: MAX_VERSIONS }

/** Adds what an automation has besides the version that runs: its draft, and its versions. */
export function defineAutomationContent(
  builder: Builder,
  Automation: ObjectRef<SchemaTypes, AutomationRow>,
  StepType: ObjectRef<SchemaTypes, Step>,
): void {
  const ContentType = contentType(builder, StepType)
  const Draft = builder.objectRef<DraftRow>('AutomationDraft').implement({
    description: 'What somebody writes and has not published. It may be incomplete, and nothing runs it.',
    fields: (t) => ({
      revision: t.exposeInt('revision', { description: 'How often it was saved.' }),
      basedOn: t.exposeInt('basedOn', {
        description: 'The version that it was made from; 0: no version was published.',
      }),
      savedAt: t.expose('savedAt', { type: 'DateTime', description: 'When it was saved.' }),
      savedBy: t.exposeString('savedBy', { description: 'Who saved it, as the audit log shows it.' }),
      content: t.field({ type: ContentType, description: 'What it says.', resolve: (draft) => draft }),
    }),
  })
  const Version = builder.objectRef<VersionSummary>('AutomationVersion').implement({
    description: `An automation as it was saved once. The newest ${MAX_VERSIONS} are kept.`,
    fields: (t) => ({
      version: t.exposeInt('version', { description: 'Counted from 1.' }),
      name: t.exposeString('name'),
      savedAt: t.expose('savedAt', { type: 'DateTime', description: 'When it was saved.' }),
      savedBy: t.exposeString('savedBy', {
        nullable: true,
        description: 'Who saved it, as the audit log shows it. Null: it is older than the list of versions.',
      }),
      restoredFrom: t.exposeInt('restoredFrom', {
        nullable: true,
        description: 'The earlier version that it brought back.',
      }),
      content: t.field({
        type: ContentType,
        // It may have a megabyte, and is read for each version.
        extensions: costs({ weight: 5000 }),
        description: 'What was saved.',
        resolve: async ({ workspace, automation, version }, _args, { domain }): Promise<Content> => {
          const found = await domain.automations.version(publicId(workspace, automation), version)
          if (found) return found
          throw graphqlError(new AppError('NOT_FOUND', `The version ${version} is no longer kept.`))
        },
      }),
    }),
  })
  const VersionConnection = defineConnection(builder, 'AutomationVersion', Version, { counts: false })
  builder.objectFields(Automation, (t) => ({
    draft: t.field({
      type: Draft,
      nullable: true,
      extensions: costs({ weight: 2 }),
      description: 'Null: nobody has saved a draft since the last version was published.',
      resolve: (automation: AutomationRow, _args, { loaders }) => loaders.draft.load(automation),
    }),
    versions: t.field({
      type: VersionConnection,
      extensions: costs({ weight: 10, usual: VERSIONS.usual, most: VERSIONS.most }),
      description: 'The versions that are kept, the newest first, which is the one that runs.',
      args: pageArguments(t, VERSIONS.most),
      resolve: async (automation: AutomationRow, page, { domain }) => {
        const { workspace } = automation
        const keyOf = ({ version }: VersionSummary) => String(version)
        const list = { ...VERSIONS, workspace, keyOf, isKey: (text: string) => /^\d{1,9}$/.test(text) }
        const rows = await domain.automations.versions(automation)
        return readConnection(list, page, async (part) => sliceOf(rows, list, part), uncounted)
      },
    }),
  }))
}

function contentType(builder: Builder, StepType: ObjectRef<SchemaTypes, Step>) {
  const { HookSignature } = hookSignatureTypes(builder)
  const { HookAnswer } = hookAnswerTypes(builder)
  const Schedule = builder.objectRef<NonNullable<Content['schedule']>>('WrittenSchedule').implement({
    description: 'A schedule as it was written. The one of a draft may be wrong.',
    fields: (t) => ({
      cron: t.exposeString('cron'),
      timeZone: t.exposeString('timeZone'),
    }),
  })
  return builder.objectRef<Content>('AutomationContent').implement({
    description: 'What people write of an automation.',
    fields: (t) => ({
      name: t.exposeString('name'),
      steps: t.field({
        type: [StepType],
        extensions: costs({ size: 20 }),
        resolve: ({ steps }, _args, { registry }) => migrateSteps(registry, steps),
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
        resolve: ({ schedule }) => schedule,
      }),
    }),
  })
}
