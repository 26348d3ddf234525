import type { FieldMap, ObjectRef } from '@pothos/core'
import { type ChangeErrorCode, changeErrorCodes } from '../../errors.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { errorTypeName, isChangeError, Refusal } from '../errors.ts'

type ErrorRef = ObjectRef<SchemaTypes, Refusal>

const errorTypes = new WeakMap<Builder, Map<ChangeErrorCode, ErrorRef>>()

/** Declares the interface `Error` and a type for every code that a change may be refused with. */
export function defineErrors(builder: Builder): void {
  const error = builder.interfaceRef<Refusal>('Error').implement({
    description: 'Why a change was refused, and what to do.',
    fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
  })
  const types = changeErrorCodes.map((code) => {
    const type = builder.objectRef<Refusal>(errorTypeName(code)).implement({ interfaces: [error] })
    return [code, type] as const
  })
  errorTypes.set(builder, new Map(types))
}

type SuccessFields<Success> = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Success>) => FieldMap

/**
 * Declares `${name}Success` and `${name}Result`, the union of it and the error types.
 *
 * @param codes what the change may be refused with; any other error is a GraphQL error.
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
    resolveType: (value) => (value instanceof Refusal ? errorTypeName(value.code) : `${name}Success`),
  })
}

/** The result of a change: what it gives back, or the refusal that it threw. */
export async function attempt<Success>(change: () => Promise<Success>): Promise<Success | Refusal> {
  try {
    return await change()
  } catch (error) {
    if (isChangeError(error)) return new Refusal(error)
    throw error
  }
}
