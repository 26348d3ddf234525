import { expect, test } from 'vitest'
import { openRunState } from '../../src/executor/run-state.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import { anywhere } from '../../src/secret/policy.ts'
import { Sensitive } from '../../src/sensitive.ts'
import type { HandedSecret } from '../../src/store/runs/run-job.ts'

const ids = { workspace: 'acme', run: '00000000-0000-7000-8000-000000000000' }
const value = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
const { signal } = new AbortController()

/** A worker that takes the run over from these steps. The sealed data are unchanged. */
async function open(trigger: unknown, sealed: readonly (string | null)[] = []) {
  const sealer = { seal: async (_at: unknown, text: string) => text }
  const opener = { openRunData: async (_at: unknown, text: string) => new Sensitive(text) }
  const steps = sealed.map((sealedOutput, position) => {
    return { position, key: `step_${position}`, status: 'SUCCEEDED', sealedOutput }
  })
  const openHanded = async (handed: readonly HandedSecret[]) =>
    new Map(handed.map(({ name, sealed }) => [name, { value: new Sensitive(sealed), policies: [] }]))
  const isNamedLater = () => false
  const parts = { ...ids, redactor: createRunRedactor(), sealer, opener, openHanded, isNamedLater }
  return openRunState(parts, JSON.stringify(trigger), steps as never)
}

const learnKey = (state: Awaited<ReturnType<typeof open>>) =>
  state.learnSecret('KEY', { value: new Sensitive(value), policies: [] })

test("a worker that takes over knows what a step learned, even if the step's output was not sealed", async () => {
  const first = await open({ note: value })
  learnKey(first)
  const later = await open({ note: value }, [await first.sealLearned(0)])
  expect(JSON.parse(await later.redactedInput(signal))).toEqual({ note: '[secret KEY]' })
  // This output was not sealed, so it stays as it was stored.
  expect(later.positions()).toEqual([])
})

test('a worker that takes over knows the secrets that were handed out with the start of a step', async () => {
  const handed = { name: 'KEY', sealed: value, policy: null, updatedAt: '' }
  const later = await open({ note: value }, [`claim 1\n${JSON.stringify([handed])}`])
  expect(JSON.parse(await later.redactedInput(signal))).toEqual({ note: '[secret KEY]' })
  expect([later.hasLearnedOnly(['KEY']), later.secrets.has('KEY')]).toEqual([true, true])
})

test('what was made of a secret is more than what was handed out', async () => {
  const state = await open(null)
  learnKey(state)
  expect([state.hasLearnedOnly(['KEY']), state.hasLearnedOnly([])]).toEqual([true, false])
  state.learnDerived(['KEY'], new Sensitive('made-of-it-by-a-filter-9935'))
  expect(state.hasLearnedOnly(['KEY'])).toBe(false)
})

test('a search is needless only when each known secret is named and bound to no place, also after a takeover', async () => {
  const first = await open(null)
  const only = (...names: string[]) => first.knowsOnly(new Set(names))
  expect(only()).toBe(true)
  learnKey(first)
  expect([only(), only('OTHER'), only('KEY')]).toEqual([false, false, true])
  const later = await open(null, [await first.sealLearned(0)])
  expect([later.knowsOnly(new Set()), later.knowsOnly(new Set(['KEY']))]).toEqual([false, true])
  const policies = [{ ...anywhere, places: ['body'] }]
  first.learnSecret('PLACED', { value: new Sensitive('a-value-for-one-place'), policies })
  expect([only('KEY'), only('KEY', 'PLACED')]).toEqual([false, false])
})

test('a value that is known without the policies of its secret is searched for', async () => {
  const sealed = JSON.stringify({ learned: [[['KEY'], value]] })
  expect((await open(null, [sealed])).knowsOnly(new Set(['KEY']))).toBe(false)
})

test('an output equal to an earlier one is sealed as a reference, and is restored after a takeover', async () => {
  const first = await open(null)
  learnKey(first)
  const output = JSON.stringify({ text: `${'x'.repeat(100_000)}${value}` })
  const sealed: string[] = []
  for (const position of [0, 1, 2]) {
    sealed.push(await first.sealOutput(position, output))
    first.addOutput(position, `step_${position}`, output, true)
  }
  expect(sealed.map((it) => it.length > 100_000)).toEqual([true, false, false])
  const later = await open(null, sealed)
  const shown = await Promise.all([0, 1, 2].map((position) => later.redacted(position, signal)))
  expect(new Set(shown)).toEqual(new Set([output.replace(value, '[secret KEY]')]))
})

test('data that the previous version sealed can be taken over', async () => {
  const sealed = JSON.stringify({ output: { text: value }, learned: [[['KEY'], value, []]] })
  const state = await open(null, [sealed])
  expect(await state.redacted(0, signal)).toBe('{"text":"[secret KEY]"}')
})
