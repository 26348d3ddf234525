import SchemaBuilder from '@pothos/core'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { Domain, Role } from '../domain/index.ts'
import { AppError, type ChangeErrorCode } from '../errors.ts'
import type { Registry } from '../steps/index.ts'
import type { Caller } from './caller.ts'
import { graphqlError } from './errors.ts'
import { isoTime } from './iso-time.ts'
import type { Loaders } from './loaders.ts'

export interface Context {
  caller: Caller
  /** The caller's role in a workspace; `undefined` alike for one that is foreign and one that does not exist. */
  roleIn(workspace: string): Promise<Role | undefined>
  /** The same later on, of whoever the credentials of the request are of by then. */
  roleNowIn(workspace: string): Promise<Role | undefined>
  domain: Domain
  registry: Registry
  loaders: Loaders
  /** Aborts when the request is over. */
  signal: AbortSignal
  publicUrl: string
  signUp: SignUpPolicy
  /** Counts a refused change, which is no error to GraphQL. */
  refused(code: ChangeErrorCode): void
  /** Why no run begins in the whole instance, in words. */
  paused(): string | undefined
}

/** Who can create an account. */
export interface SignUpPolicy {
  mode: 'first' | 'open' | 'closed'
  hasAccounts(): Promise<boolean>
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
    ID: { Input: string; Output: string }
  }
  AuthScopes: {
    /** Anyone, signed in or not. */
    public: boolean
    /** A person, not an API token. */
    user: boolean
    signedIn: boolean
    /** A member of the workspace with this id. */
    member: string
    /** An admin of the workspace with this id. */
    admin: string
  }
}

export type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<Types>
export type Builder = PothosSchemaTypes.SchemaBuilder<SchemaTypes>

export function createBuilder(): Builder {
  const builder = new SchemaBuilder<Types>({
    plugins: [ScopeAuthPlugin],
    defaultFieldNullability: false,
    defaultInputFieldRequiredness: true,
    scopeAuth: {
      // Every scope of a field must hold. With `any`, one scope that always holds would open the field.
      defaultStrategy: 'all',
      authorizeOnSubscribe: true,
      authScopes: ({ caller, roleIn }) => ({
        public: true,
        user: caller.kind === 'user',
        signedIn: caller.kind !== 'anonymous',
        member: async (workspace) => (await roleIn(workspace)) !== undefined,
        admin: async (workspace) => (await roleIn(workspace)) === 'ADMIN',
      }),
      unauthorizedError: (_parent, { caller }) => graphqlError(unauthorized(caller)),
    },
  })
  addScalars(builder)
  return builder
}

/**
 * A foreign workspace and a missing one get the same text, so the answer does not tell whether a workspace exists.
 */
function unauthorized(caller: Caller): AppError {
  if (caller.kind === 'anonymous') {
    return new AppError('UNAUTHENTICATED', 'Sign in, or send an API token as `Authorization: Bearer lks_…`.')
  }
  return new AppError('FORBIDDEN', 'You may not do this here. Ask an admin of the workspace.')
}

function addScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description: 'ISO 8601, in UTC.',
    serialize: isoTime,
    parseValue: (value) => new Date(String(value)),
  })
  builder.scalarType('JSON', {
    description: 'Any JSON value.',
    serialize: (value) => value,
    parseValue: (value) => value,
  })
}
