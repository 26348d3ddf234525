import { afterAll, beforeAll, expect, test } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { setValues } from '../../plugins/set-values/set-values.ts'
import { createEgress, parseEgressAllow } from '../../src/egress/index.ts'
import { createRegistry, defineStep, field } from '../../src/steps/index.ts'
import { type EchoServer, startEchoServer } from '../support/echo-server.ts'
import {
  argumentFilters,
  decodesTo,
  type Filter,
  filters,
  forms,
  PLAIN,
  randomFrom,
  shapes,
  textOf,
} from './provenance-cases.ts'
import { type Run, runSteps } from './provenance-run.ts'

const SEED = Number(process.env['PROVENANCE_SEED'] ?? 20_261_127)
const HOME = 'home.example'
const value = 'sk_live/Zq+8"3xWv7-Tn'

/** Returns its secret as the case says, like a server at an allowed host. */
const answer = defineStep({
  type: 'answer',
  title: 'Answer',
  description: 'Gives back what it was sent.',
  fields: {
    secret: field.text({ label: 'Secret', secrets: true }),
    form: field.text({ label: 'Form', default: '' }),
    shape: field.text({ label: 'Shape', default: '' }),
  },
  output: {},
  destinations: () => [HOME],
  run({ secret, form, shape }) {
    const text = forms[form]?.(secret?.reveal() ?? '')
    return text === undefined ? null : shapes[shape]?.put(text)
  },
})

/** Declares the secrets' allowed host as its destination, but sends to another server. */
const stray = defineStep({
  type: 'stray',
  title: 'Stray',
  description: 'Sends to another server than it says.',
  fields: {
    to: field.url({ label: 'To', required: true }),
    what: field.json({ label: 'What', secrets: true }),
  },
  output: {},
  destinations: () => [HOME],
  async run({ to, what }, { http }) {
    const body = what?.reveal()
    return (await http(to, { method: 'POST', ...(body !== undefined && { body }) })).status
  },
})

const registry = createRegistry([answer, stray, setValues, customHttp])
const egress = createEgress({ allow: parseEgressAllow('127.0.0.0/8') })
let elsewhere: EchoServer

beforeAll(async () => {
  elsewhere = await startEchoServer()
})
afterAll(async () => {
  await elsewhere.close()
  await egress.close()
})

interface Case {
  readonly source: 'an output' | 'a copied output' | 'the trigger' | 'the trigger, before the secret is known'
  readonly form: string
  readonly shape: string
  readonly chain: readonly Filter[]
  readonly argument: (typeof argumentFilters)[number] | undefined
  readonly sentBy: 'custom-http' | 'stray'
  readonly takeover: boolean
}

const sources: readonly Case['source'][] = [
  'an output',
  'a copied output',
  'the trigger',
  'the trigger, before the secret is known',
]

/**
 * Every chain of up to three filters, each with a source, a form and a shape. Every source, form and shape occurs
 * with one.
 */
function casesOf(seed: number): Case[] {
  const pick = randomFrom(seed)
  const any = (chain: readonly Filter[], it: Partial<Case> = {}): Case => ({
    source: pick(sources),
    form: pick(Object.keys(forms)),
    shape: pick(Object.keys(shapes)),
    argument: pick([undefined, undefined, undefined, ...argumentFilters]),
    sentBy: pick(['custom-http', 'stray'] as const),
    takeover: pick([true, false, false]),
    ...it,
    chain,
  })
  const pairs = filters.flatMap((one) => filters.map((two) => [one, two]))
  const triples = pairs.flatMap((pair) => filters.map((three) => [...pair, three]))
  const chains = [...filters.map((it) => [it]), ...pairs, ...triples]
  const places = sources.flatMap((source) =>
    Object.keys(forms).flatMap((form) => Object.keys(shapes).map((shape) => ({ source, form, shape }))),
  )
  const arguments_ = places.flatMap((place) =>
    argumentFilters.map((argument) => any([], { ...place, argument })),
  )
  return [
    ...chains.map((chain) => any(chain)),
    ...places.map((place) => any([pick(filters)], { ...place, argument: undefined })),
    ...arguments_,
  ]
}

const call = (key: string, type: string, fields: object) => ({ key, type, fields: { ...fields } })

function runOf({ source, form, shape, chain, argument, sentBy, takeover }: Case): Run {
  const { put, path } = shapes[shape] as (typeof shapes)[string]
  const fromTrigger = source.startsWith('the trigger')
  const late = source === 'the trigger, before the secret is known'
  const from = fromTrigger
    ? `trigger.data${path}`
    : source === 'an output'
      ? `steps.one.output${path}`
      : 'steps.copy.output.it'
  const written = [argument?.begin(from) ?? from, ...chain.map((it) => it.written)].join(' | ')
  const made = call('made', 'set-values', { values: { it: `{{ ${written} }}`, [`key {{ ${written} }}`]: 1 } })
  const one = call('one', 'answer', { secret: '{{ secrets.KEY }}', ...(!fromTrigger && { form, shape }) })
  const copy = call('copy', 'set-values', { values: { it: `{{ steps.one.output${path} }}` } })
  // Nothing can stop text that is sent before it is known to be a secret.
  const send = late
    ? []
    : [
        sentBy === 'stray'
          ? call('send', 'stray', { to: elsewhere.url, what: { it: '{{ steps.made.output.it }}' } })
          : call('send', 'custom-http', {
              method: 'POST',
              url: elsewhere.url,
              bodyKind: 'text',
              body: '{{ steps.made.output.it }}',
            }),
      ]
  const before = source === 'a copied output' ? [one, copy] : [one]
  const steps = late ? [made, one] : [...before, made, ...send]
  const trigger = { plain: PLAIN, data: fromTrigger ? put(forms[form]?.(value) ?? '') : null }
  return {
    registry,
    egress,
    steps,
    trigger,
    secrets: { KEY: value },
    boundTo: HOME,
    ...(takeover && { takeoverAfter: steps.length - 1 }),
  }
}

/** The result of the template and all intermediate ones; undefined when a filter refuses its input. */
function expected({ form, shape, chain, argument }: Case): string[] | undefined {
  const { put, path } = shapes[shape] as (typeof shapes)[string]
  const data = put(forms[form]?.(value) ?? '') as { v: unknown }
  const given = path === '.v[1]' ? (data.v as unknown[])[1] : data.v
  const texts = [textOf(given)]
  // True until a filter makes text of it.
  let isData = typeof given !== 'string'
  for (const { written, apply } of [...(argument ? [argument] : []), ...chain]) {
    // The JSON of a structure is its text, not a string with its text in it.
    const made = isData && written === 'json' ? texts.at(-1) : apply(texts.at(-1) ?? '')
    if (made === undefined) return undefined
    if (!/^(default|raw)/.test(written)) isData = false
    texts.push(made)
  }
  return texts
}

function describeCase({ source, form, shape, chain, argument, takeover }: Case): string {
  const how = argument ? `${argument.begin('…')} | ` : ''
  const end = takeover ? ', then a takeover' : ''
  return `${source}, ${form}, ${shape}: ${how}${chain.map((it) => it.written).join(' | ')}${end}`
}

/** The faults of a case; none if all is well. */
async function faultsOf(it: Case, texts: readonly string[]): Promise<string[]> {
  const { outputs, trueOutputs, input, error, inHand, recorded } = await runSteps(runOf(it))
  const faults: string[] = []
  const result = texts.at(-1) ?? ''
  const made = trueOutputs.find(
    (output) => typeof output === 'object' && output !== null && 'it' in output && `key ${result}` in output,
  )
  if (made === undefined) faults.push('the steps did not give what the filters make')
  const shown = JSON.stringify({ outputs, input, error })
  for (const text of texts) {
    if ([text, JSON.stringify(text).slice(1, -1)].some((form) => shown.includes(form)))
      faults.push(`"${text}" is shown`)
  }
  if (decodesTo(shown, value)) faults.push('what is shown decodes to the value')
  if (it.source.includes('before')) return faults
  if (error?.code !== 'DESTINATION_NOT_ALLOWED') faults.push(`sending ended with ${error?.code ?? 'success'}`)
  const lastInHand = it.sentBy === 'stray' ? inHand.at(-1) : recorded.at(-1)
  if (!lastInHand?.includes('KEY')) faults.push('that the secret is in hand is not on record')
  return faults
}

test(`the results of filters on a value are masked and go nowhere else (seed ${SEED})`, {
  timeout: 120_000,
}, async () => {
  const faults: string[] = []
  let count = 0
  for (const it of casesOf(SEED)) {
    const texts = expected(it)
    if (texts === undefined) continue
    count++
    for (const fault of await faultsOf(it, texts)) faults.push(`${describeCase(it)}: ${fault}`)
  }
  expect(faults.slice(0, 20)).toEqual([])
  expect(faults).toHaveLength(0)
  expect(count).toBeGreaterThan(2000)
  expect(elsewhere.received).toEqual([])
})
