import type { Egress } from '../../src/egress/index.ts'
import { executeStep, prepareStep } from '../../src/executor/attempt.ts'
import { catchUp } from '../../src/executor/render-step.ts'
import { openRunState } from '../../src/executor/run-state.ts'
import { describeStepError } from '../../src/executor/step-error.ts'
import { createLogger } from '../../src/log.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import type { Resolver } from '../../src/resolver/resolver.ts'
import { inBothSchemes, readPolicy } from '../../src/secret/policy.ts'
import { Sensitive } from '../../src/sensitive.ts'
import type { Registry } from '../../src/steps/index.ts'
import type { AutomationStep, StoredError } from '../../src/store/entities/index.ts'

export interface Run {
  readonly registry: Registry
  readonly egress: Egress
  readonly steps: readonly AutomationStep[]
  readonly trigger?: unknown
  readonly secrets: Readonly<Record<string, string>>
  /** Every secret is bound to it. */
  readonly boundTo: string
  /** After this many steps another worker takes over, using the sealed data. */
  readonly takeoverAfter?: number
}

export interface Ended {
  /** The outputs of the successful steps, redacted, as they are stored at the end. */
  readonly outputs: readonly unknown[]
  readonly trueOutputs: readonly unknown[]
  readonly input: unknown
  readonly error: StoredError | undefined
  /** The secrets in each prepared step. */
  readonly inHand: readonly (readonly string[])[]
  /** The recorded uses besides the secrets that the steps name. */
  readonly recorded: readonly (readonly string[])[]
}

const ids = { workspace: 'test', run: '00000000-0000-7000-8000-000000000000' }
const log = createLogger('silent', 'test')

/** Runs steps through the executor's own parts, like a run, without a database. */
export async function runSteps(run: Run): Promise<Ended> {
  const recorded: (readonly string[])[] = []
  const inHand: (readonly string[])[] = []
  const resolver = resolverOf(run)
  const stored: { position: number; key: string; status: string; sealedOutput: string }[] = []
  let life = await begin(run, stored)
  let error: StoredError | undefined
  for (const [position, definition] of run.steps.entries()) {
    if (position === run.takeoverAfter) life = await begin(run, stored)
    const { state, redactor } = life
    const parts = { registry: run.registry, resolver, egress: run.egress, redactor, log }
    const earlier = run.steps.slice(0, position)
    const signal = new AbortController().signal
    const call = { ...ids, definition, position, earlier, attempt: 1, state, signal }
    try {
      const prepared = await prepareStep(parts, call)
      inHand.push(prepared.inHand)
      recorded.push(prepared.byOutput)
      const output = await executeStep(parts, call, prepared)
      const sealedOutput = await state.sealOutput(position, output)
      state.addOutput(position, definition.key, output, true)
      stored.push({ position, key: definition.key, status: 'SUCCEEDED', sealedOutput })
    } catch (thrown) {
      error = await describeStepError(thrown, redactor)
      break
    }
  }
  const { state, redactor } = life
  const { signal } = new AbortController()
  await catchUp(run.registry, { state, redactor, signal }, run.steps)
  const redacted = await Promise.all(stored.map(({ position }) => state.redacted(position, signal)))
  const outputs = redacted.map((it): unknown => JSON.parse(it))
  const trueOutputs = stored.map(({ key }) => state.steps[key]?.output)
  return { outputs, trueOutputs, input: redactor.data(run.trigger ?? null), error, inHand, recorded }
}

async function begin({ trigger = null }: Run, stored: readonly object[]) {
  const redactor = createRunRedactor()
  const sealer = { seal: async (_at: unknown, value: string) => value }
  const opener = { openRunData: async (_at: unknown, sealed: string) => new Sensitive(sealed) }
  const openHanded = async () => new Map()
  const parts = { ...ids, redactor, sealer, opener, openHanded, isNamedLater: () => true }
  const state = await openRunState(parts, JSON.stringify(trigger), stored as never)
  return { redactor, state }
}

function resolverOf({ secrets, boundTo }: Run): Resolver {
  return {
    async resolve({ names }) {
      return new Map(
        names.map((name) => {
          const policies = [readPolicy({ hosts: inBothSchemes([boundTo]) })]
          return [name, { value: new Sensitive(secrets[name] ?? ''), policies }]
        }),
      )
    },
    open: async () => new Map(),
  }
}
