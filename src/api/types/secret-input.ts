import type { NewValue } from '../../domain/index.ts'
import { AppError } from '../../errors.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { ONCE } from './result.ts'

/** The inputs of changes of secrets. */
export function secretInputs(builder: Builder) {
  const PolicyInput = builder.inputType('PolicyInput', {
    description:
      'Where a value may go, as in `SecretPolicy`. A member that is absent, null or empty allows everything.',
    fields: policyFields,
  })
  const SecretContentInput = builder.inputType('SecretContentInput', {
    description: 'The new value of a secret, in one of two forms.',
    isOneOf: true,
    fields: (t) => ({
      value: t.string({
        required: false,
        description: 'The value itself: 4 characters to 64 KiB of UTF-8. The API seals it at once.',
      }),
      sealedValue: t.string({
        required: false,
        description: 'The value as the client has sealed it for the sealing key of the workspace.',
      }),
    }),
  })
  const SecretInput = builder.inputType('SecretInput', {
    description: 'A secret and its new value: exactly one of `content`, `value` and `sealedValue`.',
    fields: (t) => ({
      idempotencyKey: t.string({ required: false, description: ONCE }),
      workspace: t.id(),
      name: t.string(),
      content: t.field({ type: SecretContentInput, required: false, description: 'The new value.' }),
      value: t.string({ required: false, description: 'The same as `content: { value }`.' }),
      sealedValue: t.string({ required: false, description: 'The same as `content: { sealedValue }`.' }),
      allowedHosts: t.stringList({
        required: false,
        description: 'Hosts for every scheme. Not together with `policy`.',
      }),
      policy: t.field({
        type: PolicyInput,
        required: false,
        description:
          'Without this and `allowedHosts`, a new secret may go to any public host, and an existing one keeps its ' +
          'policy. A `sealedValue` with a policy in it must have the same one.',
      }),
    }),
  })
  const SecretNameInput = builder.inputType('SecretNameInput', {
    fields: (t) => ({ workspace: t.id(), name: t.string() }),
  })
  const SecretPolicyInput = builder.inputType('SecretPolicyInput', {
    description: 'The whole policy. A member that is absent, null or empty allows everything.',
    fields: (t) => ({
      workspace: t.id(),
      name: t.string(),
      allowedHosts: t.stringList({
        required: false,
      }),
      ...policyFields(t),
    }),
  })
  const SeenNotesInput = builder.inputType('SeenNotesInput', {
    description: 'What was said of a secret when the client read it.',
    fields: (t) => ({
      owner: t.string({ required: false, description: 'The owner, as it was read.' }),
      description: t.string({ required: false, description: 'The description, as it was read.' }),
    }),
  })
  const SecretNotesInput = builder.inputType('SecretNotesInput', {
    description: 'What is said of a secret. It is no secret itself: write no value into it.',
    fields: (t) => ({
      workspace: t.id(),
      name: t.string(),
      owner: t.string({ required: false, description: 'At most 200 characters. Null or empty: nobody.' }),
      description: t.string({
        required: false,
        description: 'At most 1000 characters. Null or empty: none.',
      }),
      ifNotes: t.field({
        type: SeenNotesInput,
        required: false,
        description:
          'What the client knows. If somebody has saved something else since, the answer is CONFLICT.',
      }),
    }),
  })
  return { SecretInput, SecretNameInput, SecretPolicyInput, SecretNotesInput }
}

function policyFields(t: PothosSchemaTypes.InputFieldBuilder<SchemaTypes, 'InputObject'>) {
  const list = () => t.stringList({ required: false })
  return { hosts: list(), methods: list(), paths: list(), places: list() }
}

/** @throws AppError INVALID_VALUE when the value is given twice. */
export function newValueOf({
  content,
  ...flat
}: NewValue & { content?: NewValue | null | undefined }): NewValue {
  if (!content) return flat
  const { value, sealedValue, ...policy } = flat
  if ((value ?? sealedValue ?? undefined) === undefined) return { ...policy, ...content }
  throw new AppError(
    'INVALID_VALUE',
    'The value is given twice. Give content, and neither value nor sealedValue.',
  )
}
