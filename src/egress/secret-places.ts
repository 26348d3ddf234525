import { findInBody } from './body.ts'
import type { StepSecrets } from './http.ts'
import { type OutgoingHeader, type OutgoingRequest, reveal } from './outgoing-request.ts'

/** A secret of which a form was found, and the place as a policy names it. */
export type FoundPlace = readonly [name: string, place: string]

type Find = StepSecrets['find']

/** What stands where in a request. The client certificate is left out: it is no part of what HTTP carries. */
export function placesIn({ url, headers, body }: OutgoingRequest, find: Find): FoundPlace[] {
  const inHeaders = headers.flatMap((it) =>
    findInHeader(it, find).map((name): FoundPlace => [name, `header:${it.name}`]),
  )
  const inBody = body ? findInBody(body, find) : []
  return [...placesInUrl(url, find), ...inHeaders, ...inBody.map((name): FoundPlace => [name, 'body'])]
}

export function findInHeader({ name, value }: OutgoingHeader, find: Find): string[] {
  return [...find(name), ...find(reveal(value))]
}

/**
 * Whatever is found in the URL as a whole, and not in the value of one of its query parameters, is in the place `url`:
 * in the host, the path, the name of a parameter, or spread over several.
 */
export function placesInUrl(url: URL, find: Find): FoundPlace[] {
  const parameters = url.search === '' ? [] : url.search.slice(1).split('&')
  const inQuery = parameters.flatMap((parameter) => placesInParameter(parameter, find))
  const placed = new Set(inQuery.map(([name]) => name))
  const { href, search } = url
  const inWhole = find(href).filter((name) => !placed.has(name))
  // Without a query the rest is the whole, which was searched.
  const elsewhere = search === '' ? inWhole : [...find(withoutQuery(href, search)), ...inWhole]
  return [...inQuery, ...elsewhere.map((name): FoundPlace => [name, 'url'])]
}

function placesInParameter(parameter: string, find: Find): FoundPlace[] {
  // Behind a & a question mark belongs to the name.
  const [pair] = new URLSearchParams(`&${parameter}`)
  if (!pair) return []
  const [key, value] = pair
  const inName = find(key)
  const found = new Set([...find(parameter), ...find(value)])
  return [...found].map((name) => [name, inName.includes(name) ? 'url' : `query:${key}`])
}

function withoutQuery(href: string, search: string): string {
  const start = href.indexOf('?')
  return href.slice(0, start) + href.slice(start + search.length)
}
