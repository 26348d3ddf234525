import {
  type GraphQLSchema,
  isObjectType,
  lexicographicSortSchema,
  parse,
  printSchema,
  specifiedDirectives,
  visit,
} from 'graphql'
import { createBuilder } from './builder.ts'
import { describeRest } from './describe-rest.ts'
import { semanticNonNull } from './nullable-refusals.ts'
import { defineApiToken } from './types/api-token.ts'
import { defineAuditEvent } from './types/audit-event.ts'
import { defineAutomation } from './types/automation.ts'
import { defineAutomationChanges } from './types/automation-changes.ts'
import { defineAutomationConnection } from './types/automation-connection.ts'
import { defineAutomationDrafts } from './types/automation-draft.ts'
import { defineInvitation } from './types/invitation.ts'
import { defineKeyHealth } from './types/key-health.ts'
import { defineMemberChanges } from './types/member.ts'
import { defineNode } from './types/node.ts'
import { defineErrors } from './types/result.ts'
import { defineRun } from './types/run.ts'
import { defineRunConnection } from './types/run-connection.ts'
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
  defineAutomationConnection(builder, automation)
  defineAutomationChanges(builder, automation, stepInput)
  defineAutomationDrafts(builder, automation, stepInput)
  const { Run, RunStatus } = defineRun(builder, automation, stepInput, errorPlace)
  defineRunConnection(builder, Run, RunStatus)
  defineSecret(builder, automation)
  defineAuditEvent(builder, roles)
  defineNode(builder)
  const schema = builder.toSchema({ directives: [...specifiedDirectives, semanticNonNull] })
  schema.description = ABOUT
  describeRest(schema)
  return schema
}

const ABOUT = [
  'Secrets for workflow automations: steps use a secret, nobody reads it back.',
  '',
  'How to seal a value, so that the API never has it: read `sealingKey`, check who vouches for it (`signature`,',
  '`rootCertificate`), and encrypt the value (4 characters to 64 KiB of UTF-8) for `publicKey` as a compact JWE (RFC 7516) with',
  '`alg` ECDH-ES and `enc` A256GCM. Its protected header has `kid`, `ws` (the id of the workspace), `name` (the name of the',
  'secret in UPPER_SNAKE_CASE) and, with a policy, `pol`. docs/graphql.md has an example.',
].join('\n')

/** The text of `schema.graphql`. */
export function printedSchema(): string {
  const schema = lexicographicSortSchema(createSchema())
  return `${withSemanticNonNull(schema, printSchema(schema)).trimEnd()}\n`
}

/** GraphQL prints no directive of our own at the fields that have it. */
function withSemanticNonNull(schema: GraphQLSchema, text: string): string {
  const parts: string[] = []
  let printed = 0
  visit(parse(text), {
    ObjectTypeDefinition({ name, fields = [] }) {
      const type = schema.getType(name.value)
      for (const field of fields) {
        const { extensions } = (isObjectType(type) && type.getFields()[field.name.value]) || {}
        if (!extensions?.[semanticNonNull.name] || !field.loc) continue
        parts.push(text.slice(printed, field.loc.end), ` @${semanticNonNull.name}`)
        printed = field.loc.end
      }
      return false
    },
  })
  return [...parts, text.slice(printed)].join('')
}
