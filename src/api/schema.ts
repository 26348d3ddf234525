import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { createBuilder } from './builder.ts'
import { defineApiToken } from './types/api-token.ts'
import { defineAuditEvent } from './types/audit-event.ts'
import { defineAutomation, defineAutomationChanges } from './types/automation.ts'
import { defineInvitation } from './types/invitation.ts'
import { defineKeyHealth } from './types/key-health.ts'
import { defineMemberChanges } from './types/member.ts'
import { defineNode } from './types/node.ts'
import { defineErrors } from './types/result.ts'
import { defineRun } from './types/run.ts'
import { defineSecret } from './types/secret.ts'
import { defineSignUp } from './types/sign-up.ts'
import { defineStepTypes } from './types/step.ts'
import { defineWorkspace } from './types/workspace.ts'

export function createSchema(): GraphQLSchema {
  const builder = createBuilder()
  builder.queryType({})
  builder.mutationType({})
  builder.subscriptionType({})
  const errorPlace = defineErrors(builder)
  const roles = defineWorkspace(builder)
  const invitation = defineInvitation(builder, roles)
  defineKeyHealth(builder, roles)
  defineSignUp(builder)
  defineApiToken(builder, roles)
  const automation = defineAutomation(builder)
  defineMemberChanges(builder, roles, automation, invitation)
  const stepInput = defineStepTypes(builder)
  defineAutomationChanges(builder, automation, stepInput)
  defineRun(builder, automation, stepInput, errorPlace)
  defineSecret(builder, automation)
  defineAuditEvent(builder, roles)
  defineNode(builder)
  return builder.toSchema()
}

/** The text of `schema.graphql`. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(createSchema())).trimEnd()}
`
