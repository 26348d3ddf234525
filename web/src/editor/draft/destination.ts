import { readHost } from '../../../../src/secret/entries.ts'
import { summaryLine } from '../../../../src/steps/form/summary.ts'
import type { Suggestion } from '../../secrets/suggestion.ts'
import type { DraftStep } from './draft.ts'
import type { StepType } from './step-types.ts'

/** Where in a step a variable is put. */
export interface Spot {
  field: string
  /** The name of the pair, as it is written, when the place is the value of one. */
  name?: string
}

/** Where a secret that is put into a field of the step will be sent, as far as the step tells. */
export function destinationOf(
  step: Pick<DraftStep, 'type' | 'fields'>,
  type: StepType | undefined,
  spot: Spot,
): Suggestion | undefined {
  const hosts = [hostOf(step, type)].filter((it) => it !== undefined)
  const places = [placeOf(step.type, spot)].filter((it) => it !== undefined)
  if (hosts.length + places.length === 0) return undefined
  const reason = hosts.length > 0 ? `This step sends it to ${hosts[0]}.` : 'It goes into this step.'
  return { reason, hosts, places }
}

/** The host that is written out. An expression in it could make any host, so that there is none then. */
function hostOf({ type, fields }: Pick<DraftStep, 'type' | 'fields'>, definition: StepType | undefined) {
  const text = (name: string): string => {
    const value = fields[name]
    return typeof value === 'string' ? value.trim() : ''
  }
  if (type === 'send-email') return entryOf(text('host'))
  if (type === 'query-postgres') return hostInUrl(text('connectionString'))
  const address = definition?.fields.find(({ kind }) => kind === 'url')?.name
  return address === undefined ? undefined : hostInUrl(text(address))
}

/** The host that is written in a URL, as policies name it. */
export function hostInUrl(url: string): string | undefined {
  const [, scheme = '', host = ''] = /^([a-z]+):\/\/(?:[^/?#]*@)?([^/?#@{}\s]+)(?=[/?#]|$)/i.exec(url) ?? []
  return entryOf(scheme.toLowerCase() === 'http' ? `http://${host}` : host)
}

function entryOf(host: string): string | undefined {
  const read = readHost(host)
  return 'entry' in read ? read.entry : undefined
}

/**
 * A place in a step as policies name it; none for a header or parameter with an expression in its name.
 */
export function placeOf(type: string, { field, name }: Spot): string | undefined {
  if (type !== 'custom-http') return `${type}.${field}`
  switch (field) {
    case 'url':
      return 'url'
    case 'body':
    case 'form':
      return 'body'
    case 'headers':
    case 'query': {
      if (!name || name.includes('{{')) return undefined
      return field === 'headers' ? `header:${name.trim().toLowerCase()}` : `query:${name}`
    }
    default:
      return `${type}.${field}`
  }
}

/** What a step does in a few words, to tell it from others of its type: `POST api.stripe.com`. */
export function stepInWords(step: Pick<DraftStep, 'type' | 'fields'>, type: StepType | undefined): string {
  const host = hostOf(step, type)
  if (host === undefined) return type?.title ?? step.type
  if (type?.summary) {
    const line = summaryLine(type.summary, type.fields, step.fields)
    return step.type === 'custom-http' ? line : `${type.title}: ${line}`
  }
  const { method = 'GET' } = step.fields
  // One that an expression gives is not known yet.
  const isWritten = typeof method === 'string' && /^[A-Z]+$/.test(method)
  return step.type === 'custom-http' && isWritten
    ? `${method} ${host}`
    : `${type?.title ?? step.type}: ${host}`
}
