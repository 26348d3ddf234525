import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/steps/index.ts'
import { KEY, linked, PagedWorld } from './paged-world.ts'

const world = new PagedWorld()
const { run, pages, outputOf, errorOf, asked } = world

describe('the request for each page', () => {
  test('has the method, headers, body and secrets of the first', async () => {
    pages(linked([], '/2'), [])
    await outputOf({
      pagination: 'link',
      method: 'POST',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
      bodyKind: 'json',
      body: { key: '{{ secrets.KEY }}' },
    })
    for (const request of world.server.received) {
      expect(request).toMatchObject({ method: 'POST', body: JSON.stringify({ key: KEY }) })
      expect(request.headers['authorization']).toBe(`Bearer ${KEY}`)
    }
    expect(world.server.received).toHaveLength(2)
  })

  test('does not double a parameter of the link, and adds a missing one', async () => {
    pages(linked([], `/items?key=${KEY}&p=2`), linked([], '/items?p=3'), [])
    await outputOf({ pagination: 'link', query: [{ name: 'key', value: '{{ secrets.KEY }}' }] })
    expect(asked()).toEqual([`/items?key=${KEY}`, `/items?key=${KEY}&p=2`, `/items?p=3&key=${KEY}`])
  })

  test('has its URL in the output only as a redacted path', async () => {
    pages(linked([], `/items/${KEY}?key=${KEY}&p=2`), [])
    const headers = [{ name: 'X-Key', value: '{{ secrets.KEY }}' }]
    const { output } = await run({ pagination: 'link', headers })
    expect(output).toMatchObject({ url: `${world.server.origin}/items/[secret KEY]` })
  })
})

describe('the page limit', () => {
  test('ends the pages and says that there may be more', async () => {
    world.answer = (request, response) => {
      const next = Number(new URL(request.url, world.server.origin).searchParams.get('n') ?? 0) + 1
      response.setHeader('link', `</items?n=${next}>; rel=next`).end('x')
    }
    expect(await outputOf({ pagination: 'link', maxPages: 3 })).toMatchObject({ pages: 3, hasMore: true })
    expect(world.server.received).toHaveLength(3)
    expect(await outputOf({ pagination: 'link' })).toMatchObject({ pages: 100, hasMore: true })
  })

  test('reached on the very last page does not say so', async () => {
    pages(linked([1], '/2'), [2])
    expect(await outputOf({ pagination: 'link', maxPages: 2 })).toMatchObject({ pages: 2, hasMore: false })
  })

  test('on the size of one answer holds for all pages together', async () => {
    const body = Buffer.alloc(9 * 1024 * 1024, 'x')
    // The last page exceeds the limit.
    world.answer = (request, response) => {
      if (request.url.length < 8) response.setHeader('link', `<${request.url}1>; rel=next`)
      response.end(body)
    }
    expect(await errorOf({ pagination: 'link' })).toEqual({
      code: 'RESPONSE_TOO_LARGE',
      message: `The pages of ${world.server.host} are together larger than 26214400 bytes.`,
    })
    expect(world.server.received).toHaveLength(3)
  })
})

describe('an error status on a later page', () => {
  test('fails the step', async () => {
    pages(linked([1], '/2'), 500)
    expect(await errorOf({ pagination: 'link' })).toEqual({
      code: 'STEP_FAILED',
      message: `${world.server.host} answered 500.`,
    })
  })

  test('ends the pages if the step ignores error statuses', async () => {
    pages(linked([1], '/2'), 404)
    const output = await outputOf({ pagination: 'link', itemsPath: '$', failOnErrorStatus: false })
    expect(output).toMatchObject({ status: 404, ok: false, body: [1], pages: 1, hasMore: false })
  })

  test('is retried, separately for each page', async () => {
    pages(503, linked([1], '/2'), 503, [2])
    const fields = { pagination: 'link', itemsPath: '$', retries: 1 }
    expect(await outputOf(fields)).toMatchObject({ body: [1, 2], pages: 2 })
    expect(asked()).toEqual(['/items', '/items', '/2', '/2'])
  })
})

test('cancelling stops between and during pages', async () => {
  const controller = new AbortController()
  world.answer = (request, response) => {
    if (request.url === '/items') response.setHeader('link', '</2>; rel=next').end('[]')
    else controller.abort(new AppError('CANCELLED', 'The run was cancelled.'))
  }
  const outcome = await run({ pagination: 'link' }, { signal: controller.signal })
  expect(outcome).toMatchObject({ status: 'CANCELLED', error: { code: 'CANCELLED' } })
  expect(world.server.received).toHaveLength(2)
})
