import SchemaBuilder from '@pothos/core'
import ScopeAuthPlugin, { type ForbiddenResult } from '@pothos/plugin-scope-auth'
import { type Domain, type Role, type Scope, scopes } from '../domain/index.ts'
import { AppError, type ChangeErrorCode } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import type { Caller } from './caller.ts'
import { graphqlError } from './errors.ts'
import { jsonLiteral } from './exact-numbers.ts'
import { isoTime } from './iso-time.ts'
import type { Loaders } from './loaders.ts'
import { NULLABLE_REFUSALS } from './nullable-refusals.ts'
import type { OnceOf } from './once.ts'
import type { TimeLimit } from './time-limit.ts'

export interface Context {
  caller: Caller
  /** The caller's role in a workspace; `undefined` alike for one that is foreign and one that does not exist. */
  roleIn(workspace: string): Promise<Role | undefined>
  /** Whether the caller has the scope in a workspace; false alike for one that is foreign and one that does not exist. */
  may(workspace: string, scope: Scope): boolean | Promise<boolean>
  /** The same later on, of whoever the credentials of the request are of by then. */
  mayNow(workspace: string, scope: Scope): Promise<boolean>
  domain: Domain
  registry: Registry
  loaders: Loaders
  /** Counts what the request costs against what its caller may take in a minute. @throws AppError LIMIT_REACHED */
  takeCost: ((cost: number) => void) | undefined
  /** How long the request may take. */
  timeLimit: TimeLimit
  /** Whether the document changes nothing and goes on for no time. */
  onlyReads: boolean
  /** Aborts when the request is over. */
  signal: AbortSignal
  publicUrl: string
  signUp: SignUpPolicy
  /** What a mutation's idempotency key stands for; undefined without one. @throws AppError INVALID_FIELD */
  once: OnceOf
  /** Counts a refused change, which is no error to GraphQL. */
  refused(code: ChangeErrorCode): void
  /** Why no run begins in the whole instance, in words. */
  paused(): string | undefined
}

/** Who can create an account. */
export interface SignUpPolicy {
  mode: 'first' | 'open' | 'closed'
  hasAccounts(): Promise<boolean>
  /** Whether the instance sends mails. */
  sendsMail: boolean
}

/** @see https://pothos-graphql.dev/docs/plugins/scope-auth */
interface Types {
  Context: Context
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
  DefaultAuthStrategy: 'all'
  Scalars: {
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
    JSONObject: { Input: object; Output: object }
    JSONSchema: { Input: object; Output: object }
    ID: { Input: string; Output: string }
  }
  /** For a scope of people and tokens: the id of the workspace. */
  AuthScopes: Record<Scope, string> & {
    /** Anyone, signed in or not. */
    public: boolean
    /** A person, not an API token. */
    user: boolean
    signedIn: boolean
  }
}

export type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<Types>
export type Builder = PothosSchemaTypes.SchemaBuilder<SchemaTypes>

export function createBuilder(): Builder {
  const builder = new SchemaBuilder<Types>({
    plugins: [ScopeAuthPlugin, NULLABLE_REFUSALS],
    defaultFieldNullability: false,
    defaultInputFieldRequiredness: true,
    scopeAuth: {
      // Every scope of a field must hold. With `any`, one scope that always holds would open the field.
      defaultStrategy: 'all',
      authorizeOnSubscribe: true,
      authScopes: ({ caller, may }) => ({
        public: true,
        user: caller.kind === 'user',
        signedIn: caller.kind !== 'anonymous',
        ...scopesBy(may),
      }),
      unauthorizedError: (_parent, { caller }, _info, { failure }) =>
        graphqlError(unauthorized(caller, failure)),
    },
  })
  addScalars(builder)
  return builder
}

const scopesBy = (may: Context['may']) =>
  Object.fromEntries(
    scopes.map((scope) => [scope, (workspace: string) => may(workspace, scope)] as const),
  ) as Record<Scope, (workspace: string) => boolean | Promise<boolean>>

/**
 * A foreign workspace and a missing one get the same text, so the answer does not tell whether a workspace exists.
 */
function unauthorized(caller: Caller, failure: ForbiddenResult['failure']): AppError {
  if (caller.kind === 'anonymous') {
    const token = 'an API token that is neither revoked nor expired'
    return new AppError('UNAUTHENTICATED', `Sign in, or send ${token} as \`Authorization: Bearer lks_…\`.`)
  }
  const lacking = caller.kind === 'token' && scopeMissing(failure, caller.workspace)
  if (lacking) {
    return new AppError(
      'FORBIDDEN',
      `This token lacks the scope ${lacking}. An admin can make one that has it.`,
    )
  }
  return new AppError('FORBIDDEN', 'You may not do this here. Ask an admin of the workspace.')
}

/** The scope that a field needs in the workspace of the token, the first of them if there are several. */
function scopeMissing(failure: ForbiddenResult['failure'], workspace: string): Scope | undefined {
  if ('failures' in failure) {
    for (const each of failure.failures) {
      const found = scopeMissing(each, workspace)
      if (found) return found
    }
  }
  if (!('scope' in failure && 'parameter' in failure) || failure.parameter !== workspace) return undefined
  return scopes.find((it) => it === failure.scope)
}

function addScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description: 'A moment as RFC 3339 writes it, in UTC, such as `2026-11-27T12:00:00.000Z`.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
    serialize: isoTime,
    parseValue: (value) => new Date(String(value)),
  })
  builder.scalarType('JSON', {
    description: 'Any JSON value. Numbers keep all of their digits.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: jsonLiteral,
  })
  builder.scalarType('JSONObject', {
    description: 'A JSON object.',
    specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
    serialize: (value) => value,
  })
  builder.scalarType('JSONSchema', {
    description: 'A JSON Schema, as a JSON object.',
    specifiedByURL: 'https://json-schema.org/draft/2020-12/schema',
    serialize: (value) => value,
  })
}
