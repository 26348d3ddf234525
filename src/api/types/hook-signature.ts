import type { Domain } from '../../domain/index.ts'
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
  const HookStyle = builder.enumType('HookStyle', {
    description: "The signature format: GitHub's X-Hub-Signature-256 or Stripe's Stripe-Signature.",
    values: ['GITHUB', 'STRIPE'] as const,
  })
  const HookSignature = builder.objectRef<Signature>('HookSignature').implement({
    description: 'How requests to the hook have to be signed: HMAC-SHA256 with the value of a secret.',
    fields: (t) => ({
      secret: t.exposeString('secret', { description: 'The name of the secret.' }),
      style: t.field({ type: HookStyle, resolve: ({ style }) => style }),
    }),
  })
  const HookSignatureInput = builder.inputType('HookSignatureInput', {
    fields: (t) => ({ secret: t.string(), style: t.field({ type: HookStyle }) }),
  })
  return { HookSignature, HookSignatureInput }
}
