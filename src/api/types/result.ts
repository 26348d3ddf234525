import type { FieldMap, ObjectRef } from '@pothos/core'
import { type ChangeErrorCode, changeErrorCodes, type ErrorPlace } from '../../errors.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { defineErrorCode } from '../error-codes.ts'
import { errorTypeName, type Fault, isChangeError, Refusal } from '../errors.ts'
import { costs } from '../query-cost.ts'

type ErrorRef = ObjectRef<SchemaTypes, Refusal>

const errorTypes = new WeakMap<Builder, Map<ChangeErrorCode, ErrorRef>>()

export type ErrorPlaceRef = ReturnType<typeof defineErrors>

/**
 * Declares the interface `Error` and a type for every code of a refused change.
 *
 * @returns the type of a place, which other errors use too.
 */
export function defineErrors(builder: Builder) {
  const ErrorPlace = defineErrorPlace(builder)
  const ErrorCode = defineErrorCode(builder)
  const ErrorDetail = builder.objectRef<Fault>('ErrorDetail').implement({
    description: 'Another fault of the same input.',
    fields: (t) => ({
      code: t.field({ type: ErrorCode, resolve: ({ code }) => code }),
      message: t.exposeString('message'),
      reason: t.exposeString('reason', { description: 'The message without the place in front of it.' }),
      at: t.field({
        type: ErrorPlace,
        nullable: true,
        description: 'The place of the fault; null: no particular place.',
        resolve: ({ at }) => at,
      }),
    }),
  })
  const error = builder.interfaceRef<Refusal>('Error').implement({
    description: 'Why a change was refused, and what to do.',
    fields: (t) => ({
      code: t.field({ type: ErrorCode, resolve: ({ code }) => code }),
      message: t.exposeString('message'),
      reason: t.exposeString('reason', { description: 'The message without the place in front of it.' }),
      at: t.field({
        type: ErrorPlace,
        nullable: true,
        description: 'The place of the error; null: no particular place.',
        resolve: ({ at }) => at,
      }),
      more: t.field({
        type: [ErrorDetail],
        extensions: costs({ size: 10 }),
        description: 'The other faults of the input, 49 at most. An empty list: this is the only one.',
        resolve: ({ more }) => [...more],
      }),
    }),
  })
  const types = changeErrorCodes.map((code) => {
    const type = builder.objectRef<Refusal>(errorTypeName(code)).implement({
      interfaces: [error],
      ...(code === 'LIMIT_REACHED' && { fields: limitFields }),
    })
    return [code, type] as const
  })
  errorTypes.set(builder, new Map(types))
  return ErrorPlace
}

function limitFields(t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Refusal>) {
  return {
    limit: t.string({
      nullable: true,
      description:
        'Which limit it is: the name of the setting with which the operator changes it, or of what is counted, such as ' +
        'automations.',
      resolve: ({ limit }) => limit,
    }),
    retryAfterSeconds: t.int({
      nullable: true,
      description: 'After how many seconds the same may succeed; null: the limit does not end by itself.',
      resolve: ({ retryAfterSeconds }) => retryAfterSeconds,
    }),
  }
}

function defineErrorPlace(builder: Builder) {
  return builder.objectRef<ErrorPlace>('ErrorPlace').implement({
    description: 'The place of an error in what a person wrote, as exactly as it is known.',
    fields: (t) => ({
      step: t.exposeString('step', { nullable: true, description: 'The key of the step.' }),
      field: t.exposeString('field', {
        nullable: true,
        description:
          'The field of the step; without a step, the field of the automation, such as schedule.cron.',
      }),
      row: t.exposeInt('row', { nullable: true, description: 'The row of a field that is a list, from 1.' }),
      line: t.exposeInt('line', {
        nullable: true,
        description: 'The line in the text of the field or of its row, from 1.',
      }),
      column: t.exposeInt('column', { nullable: true, description: 'The column in characters, from 1.' }),
      path: t.stringList({
        nullable: true,
        description: 'The path in the variables, such as input, steps, 0, key. Of BAD_USER_INPUT alone.',
        resolve: ({ path }) => path && [...path],
      }),
      secrets: t.stringList({
        nullable: true,
        description:
          'The secrets that the error is about: those that do not exist, or the one that may not go there.',
        resolve: ({ secrets }) => secrets && [...secrets],
      }),
      host: t.exposeString('host', {
        nullable: true,
        description:
          'The host that the secret may not go to, as an entry of its policy names it. Of a host that the step itself ' +
          'names, never of one that a service leads to.',
      }),
    }),
  })
}

/** The description of a key in the input of a mutation that makes something. */
export const ONCE =
  'A text of 1 to 255 characters, different for each thing that is made, such as a random UUID. Within a day the same key of the same ' +
  'caller with the same input gives back what it has made first, so that a request can be sent again when its answer was ' +
  'lost. With another input it is refused with CONFLICT.'

/** The codes with which a key is refused. */
export const onceCodes = ['INVALID_FIELD', 'CONFLICT'] as const

type SuccessFields<Success> = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Success>) => FieldMap

/**
 * Declares `${name}Success` and `${name}Result`, the union of it and the error types.
 *
 * @param codes with which the change may be refused; any other error is a GraphQL error.
 */
export function defineResult<Success extends object>(
  builder: Builder,
  name: string,
  codes: readonly ChangeErrorCode[],
  fields: SuccessFields<Success>,
) {
  const success = builder.objectRef<Success>(`${name}Success`).implement({ fields })
  const errors = codes.flatMap((code) => errorTypes.get(builder)?.get(code) ?? [])
  return builder.unionType(`${name}Result`, {
    types: [success, ...errors],
    resolveType(value, { refused }) {
      if (!(value instanceof Refusal)) return `${name}Success`
      refused(value.code)
      return errorTypeName(value.code)
    },
  })
}

/** Runs a change. @returns its result, or the refusal that it threw. */
export async function attempt<Success>(change: () => Promise<Success>): Promise<Success | Refusal> {
  try {
    return await change()
  } catch (error) {
    if (isChangeError(error)) return new Refusal(error)
    throw error
  }
}
