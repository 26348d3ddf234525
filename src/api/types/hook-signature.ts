import { type Domain, hookAlgorithms, hookEncodings, hookStyles } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['list']>>[number]
type Signature = NonNullable<AutomationRow['hookSignature']>

const defined = new WeakMap<Builder, ReturnType<typeof defineTypes>>()

/** How an automation says that requests to its hook must be signed. The types are defined on the first call. */
export function hookSignatureTypes(builder: Builder): ReturnType<typeof defineTypes> {
  const types = defined.get(builder) ?? defineTypes(builder)
  defined.set(builder, types)
  return types
}

function defineTypes(builder: Builder) {
  const enums = enumsOf(builder)
  return { HookSignature: outputType(builder, enums), ...inputTypes(builder, enums) }
}

function enumsOf(builder: Builder) {
  const HookStyle = builder.enumType('HookStyle', {
    description:
      'Whose format the signature has: that of GitHub, Stripe, Slack, Shopify, of Standard Webhooks, or one that a HookSignatureFormat describes.',
    values: hookStyles,
  })
  const HookAlgorithm = builder.enumType('HookAlgorithm', {
    description: 'The hash of the HMAC (RFC 2104).',
    values: hookAlgorithms,
  })
  const HookEncoding = builder.enumType('HookEncoding', {
    description: 'How the signature is written in its header.',
    values: hookEncodings,
  })
  return { HookStyle, HookAlgorithm, HookEncoding }
}

type Enums = ReturnType<typeof enumsOf>

function outputType(builder: Builder, { HookStyle, HookAlgorithm, HookEncoding }: Enums) {
  const HookSignatureFormat = builder
    .objectRef<NonNullable<Signature['format']>>('HookSignatureFormat')
    .implement({
      description: 'How a service signs that has no style of its own: an HMAC over a text.',
      fields: (t) => ({
        header: t.exposeString('header'),
        algorithm: t.field({ type: HookAlgorithm, resolve: ({ algorithm }) => algorithm }),
        encoding: t.field({ type: HookEncoding, resolve: ({ encoding }) => encoding }),
        prefix: t.exposeString('prefix'),
        signed: t.exposeString('signed'),
        timestampHeader: t.exposeString('timestampHeader', {
          nullable: true,
        }),
        toleranceSeconds: t.exposeInt('toleranceSeconds'),
      }),
    })
  return builder.objectRef<Signature>('HookSignature').implement({
    description:
      'How requests to the hook have to be signed: HMAC with the value of a secret. One that is not signed gets the status 401 and starts no run.',
    fields: (t) => ({
      secret: t.exposeString('secret', { description: 'The name of the secret.' }),
      style: t.field({ type: HookStyle, resolve: ({ style }) => style }),
      format: t.field({
        type: HookSignatureFormat,
        nullable: true,
        resolve: ({ format }) => format,
      }),
      verifyToken: t.exposeString('verifyToken', {
        nullable: true,
      }),
    }),
  })
}

function inputTypes(builder: Builder, { HookStyle, HookAlgorithm, HookEncoding }: Enums) {
  const HookSignatureFormatInput = builder.inputType('HookSignatureFormatInput', {
    fields: (t) => ({
      header: t.string(),
      algorithm: t.field({ type: HookAlgorithm }),
      encoding: t.field({ type: HookEncoding }),
      prefix: t.string({ required: false }),
      signed: t.string({
        required: false,
      }),
      timestampHeader: t.string({ required: false }),
      toleranceSeconds: t.int({ required: false }),
    }),
  })
  const HookSignatureInput = builder.inputType('HookSignatureInput', {
    fields: (t) => ({
      secret: t.string({ description: 'The name of the secret.' }),
      style: t.field({ type: HookStyle }),
      format: t.field({ type: HookSignatureFormatInput, required: false }),
      verifyToken: t.string({
        required: false,
      }),
    }),
  })
  return { HookSignatureInput }
}
