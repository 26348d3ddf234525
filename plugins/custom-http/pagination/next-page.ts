import { isDeepStrictEqual } from 'node:util'
import { AppError, ExactNumber, fieldError, Sensitive, withinField } from '../../../src/steps/index.ts'
import type { Answer } from '../answer.ts'
import type { CustomHttpInput } from '../fields.ts'
import { requestUrl, urlWithMissing, urlWithParameter } from '../request-url.ts'
import { readPath, valueAt } from './body-path.ts'
import { nextLink } from './link-header.ts'

/** A page that was read. */
export interface Page extends Answer {
  /** Counted from 1. */
  readonly number: number
  /** `undefined` if no field says where the items are. */
  readonly items: readonly unknown[] | undefined
}

/** The rules for finding the next page. */
export interface Pagination {
  readonly first: Sensitive
  /** The URL of the page after this one; `undefined` when it is the last. */
  readonly next: (page: Page) => Sensitive | undefined
}

type PaginationMode = Exclude<CustomHttpInput['pagination'], 'none'>

// A server's URL or cursor that is longer than this (characters) is no address, but a way to fill memory.
const LONGEST_NEXT = 8192

/** @throws AppError INVALID_FIELD when a path is invalid, or a field is missing. */
export function paginationOf(input: CustomHttpInput, mode: PaginationMode): Pagination {
  return modes[mode](input)
}

const modes: Record<PaginationMode, (input: CustomHttpInput) => Pagination> = {
  link: (input) => ({
    first: requestUrl(input.url, input.query ?? []),
    next({ response, ...page }) {
      const link = nextLink(response.headers.get('link') ?? '')
      return link === undefined ? undefined : followed(link, page, input)
    },
  }),
  nextUrl(input) {
    const path = withinField('nextPath', () => readPath(input.nextPath ?? ''))
    return {
      first: requestUrl(input.url, input.query ?? []),
      next(page) {
        const link = textAt(page, path)
        return link === undefined ? undefined : followed(link, page, input)
      },
    }
  },
  cursor(input) {
    const path = withinField('nextPath', () => readPath(input.nextPath ?? ''))
    return {
      first: requestUrl(input.url, input.query ?? []),
      next(page) {
        const cursor = textAt(page, path)
        return cursor === undefined ? undefined : withParameter(input, cursor)
      },
    }
  },
  page(input) {
    const start = input.startAt ?? 1
    return counted(input, start, (page) => start + page.number)
  },
  offset(input) {
    const start = input.startAt ?? 0
    let offset = start
    return counted(input, start, ({ items = [] }) => {
      offset += items.length
      return offset
    })
  },
}

/** Pages that the step numbers itself. Only an empty page shows that there are no more. */
function counted(input: CustomHttpInput, start: number, after: (page: Page) => number): Pagination {
  if (!input.itemsPath) {
    const advice = 'Say where the items are ($ for the body itself): an empty list ends the pages.'
    throw fieldError({ field: 'itemsPath' }, `is required to count pages or items. ${advice}`)
  }
  let before: Page['items']
  return {
    first: withParameter(input, String(start)),
    next(page) {
      if (page.items?.length === 0) return undefined
      refuseSameItems(before, page)
      before = page.items
      return withParameter(input, String(after(page)))
    },
  }
}

/** A server that does not know the parameter returns its first page every time, and each would be joined. */
function refuseSameItems(before: Page['items'], { items, number, host }: Page): void {
  if (!isDeepStrictEqual(before, items)) return
  const found = `Page ${number} of ${host} holds the same items as the page before it.`
  throw fieldError({ field: 'pageParameter' }, `does not lead on. ${found}`, 'STEP_FAILED')
}

function withParameter(input: CustomHttpInput, value: string): Sensitive {
  const parameter = { name: input.pageParameter ?? '', value: new Sensitive(value) }
  return urlWithParameter(input.url, input.query ?? [], parameter)
}

/**
 * The URL that an answer names. It must have the origin that the step was written for, and so must the answer.
 * Headers, body and query of the step go to it with their secrets. A server that could name any URL could collect
 * them, or use the worker to call another service. A redirect to another origin loses its credentials, and a page
 * without them is useless, so nothing is sent there.
 */
function followed(
  link: string,
  { url, host, number }: Omit<Page, 'response'>,
  input: CustomHttpInput,
): Sensitive {
  const next = URL.parse(link, url.reveal())
  if (next === null)
    throw new AppError('STEP_FAILED', `Page ${number} of ${host} names a next page that is no URL.`)
  const { origin, protocol, host: ownHost } = new URL(input.url.reveal())
  // The origin of blob:https://host/ equals that of https://host/.
  const leadsToOurs = next.origin === origin && next.protocol === protocol
  const isOurs = leadsToOurs && new URL(url.reveal()).origin === origin
  if (!isOurs || next.username !== '' || next.password !== '') {
    throw new AppError(
      'DESTINATION_NOT_ALLOWED',
      `Page ${number} leads to another origin (scheme, host or port) than ${ownHost}, where nothing of this step is sent.`,
    )
  }
  next.hash = ''
  if (next.href.length > LONGEST_NEXT) throw tooLong(number, host)
  return urlWithMissing(new Sensitive(next.href), input.query ?? [])
}

/** A URL or cursor in the body; `undefined` for a missing value, null, false or an empty text. */
function textAt({ body, number, host }: Page, path: ReturnType<typeof readPath>): string | undefined {
  const value = valueAt(body, path)
  if (value === undefined || value === null || value === false || value === '') return undefined
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber)) {
    const found = `On page ${number} of ${host} neither text nor a number stands there.`
    throw fieldError({ field: 'nextPath' }, `leads to no URL or cursor. ${found}`, 'STEP_FAILED')
  }
  const text = String(value)
  if (text.length > LONGEST_NEXT) throw tooLong(number, host)
  return text
}

function tooLong(number: number, host: string): AppError {
  return new AppError(
    'STEP_FAILED',
    `Page ${number} of ${host} names a next page in over ${LONGEST_NEXT} characters.`,
  )
}
