import {
  AppError,
  fieldError,
  type HttpInit,
  type Sensitive,
  type StepContext,
  withinField,
} from '../../../src/steps/index.ts'
import { type Answer, send } from '../answer.ts'
import type { CustomHttpInput } from '../fields.ts'
import { readPath, valueAt } from './body-path.ts'
import { type Page, paginationOf } from './next-page.ts'

/** Everything that was read from all pages. */
export interface Pages {
  /** The last answer. */
  readonly answer: Answer
  /** The items of all pages, or their whole bodies if no field says where the items are. */
  readonly joined: readonly unknown[]
  readonly count: number
  /** Whether the page limit was reached, so that there may be more. */
  readonly hasMore: boolean
}

/**
 * Reads page after page until the last one, the page limit, or an answer that is not 2xx. The latter is returned
 * as the last answer, and adds nothing to the joined items.
 *
 * @throws AppError INVALID_FIELD before anything is sent; DESTINATION_NOT_ALLOWED for a next link to another
 * origin; RESPONSE_TOO_LARGE when the pages together are larger than one answer may be; STEP_FAILED for pages that
 * form a circle or have no list where the items should be.
 */
export async function readPages(
  input: CustomHttpInput,
  mode: Parameters<typeof paginationOf>[1],
  init: HttpInit,
  context: StepContext,
): Promise<Pages> {
  const pagination = paginationOf(input, mode)
  const itemsOf = itemReader(input.itemsPath)
  const sendNext = withinOneLimit(init, context)
  const seen = new Set<string>()
  const joined: unknown[] = []
  let url = pagination.first
  let last: Answer | undefined
  for (let number = 1; ; number++) {
    seen.add(url.reveal())
    const answer = await sendNext(url)
    if (!answer.response.ok) {
      const isEnd = input.endOnNotFound && answer.response.status === 404
      return { answer: (isEnd && last) || answer, joined, count: number - 1, hasMore: false }
    }
    last = answer
    const page: Page = { ...answer, number, items: itemsOf(answer, number) }
    for (const item of page.items ?? [answer.body]) joined.push(item)
    const next = pagination.next(page)
    // A scroll id stays the same and finally leads to an empty page.
    const isOver = next === undefined || (page.items?.length === 0 && seen.has(next.reveal()))
    if (!isOver || number > 1) tellOf(page, joined.length, context)
    if (isOver || number >= (input.maxPages ?? number))
      return { answer, joined, count: number, hasMore: !isOver }
    refuseCircle(next, seen, page)
    url = next
  }
}

/** Where there are several, people see how far it is. */
function tellOf({ number, items }: Page, read: number, { log, progress }: StepContext): void {
  progress(number)
  log.debug(`page ${number}`, items && { items: items.length, read })
}

/**
 * Stops a server that leads in a circle: the step would run up to the page limit with the same items again and
 * again.
 */
function refuseCircle(next: Sensitive, seen: ReadonlySet<string>, { number, host }: Page): void {
  if (!seen.has(next.reveal())) return
  throw new AppError('STEP_FAILED', `Page ${number} of ${host} leads to a page that was read before.`)
}

/** Sends requests so that all answers together stay within the limit of one: a thousand pages are one output. */
function withinOneLimit(init: HttpInit, context: StepContext): (url: Sensitive) => Promise<Answer> {
  let left = context.maxResponseBytes
  return async (url) => {
    const { host } = new URL(url.reveal())
    const isFirst = left === context.maxResponseBytes
    if (left <= 0) throw tooLarge(host, context.maxResponseBytes)
    try {
      const answer = await send(url, { ...init, maxResponseBytes: left }, context)
      left -= answer.bytes
      return answer
    } catch (error) {
      const isTogether = error instanceof AppError && error.code === 'RESPONSE_TOO_LARGE' && !isFirst
      throw isTogether ? tooLarge(host, context.maxResponseBytes) : error
    }
  }
}

function tooLarge(host: string, maxBytes: number): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `The pages of ${host} are together larger than ${maxBytes} bytes.`,
  )
}

/** @throws AppError INVALID_FIELD when the path is invalid. */
function itemReader(itemsPath: string | undefined) {
  if (!itemsPath) return () => undefined
  const path = withinField('itemsPath', () => readPath(itemsPath))
  return ({ body, host }: Answer, number: number): readonly unknown[] => {
    const items = valueAt(body, path)
    if (Array.isArray(items)) return items
    // Many servers send null, or nothing at all, instead of an empty list. On the first page a missing list is
    // more likely a mistake in the path, which an empty result would hide.
    if (items === null || (items === undefined && number > 1)) return []
    const found = items === undefined ? 'nothing stands there' : `that is ${kindOf(items)}`
    const reason = `leads to no list: on page ${number} of ${host} ${found}.`
    throw fieldError({ field: 'itemsPath' }, reason, 'STEP_FAILED')
  }
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
