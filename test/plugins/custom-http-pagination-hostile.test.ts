import { describe, expect, test } from 'vitest'
import { startEchoServer } from './echo-server.ts'
import { KEY, linked, PagedWorld } from './paged-world.ts'

const world = new PagedWorld()
const { pages, outputOf, errorOf, asked } = world

describe('a next link of a hostile server', () => {
  const secretly = {
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }],
    query: [{ name: 'key', value: '{{ secrets.KEY }}' }],
  }

  test.each<[string, () => string]>([
    ['another port', () => `${world.other.origin}/`],
    ['another host', () => world.server.origin.replace('127.0.0.1', 'localhost')],
    ['another scheme', () => world.server.origin.replace('http:', 'https:')],
    ['a host without scheme', () => `//${world.other.host}/`],
    ['backslashes', () => `\\\\${world.other.host}\\`],
    ['user info that looks like the host', () => `http://${world.server.host}@${world.other.host}/`],
    ['user info before the host', () => `http://me:pw@${world.server.host}/`],
    ['the cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['a script', () => 'javascript:alert(1)'],
    ['data', () => 'data:application/json,[]'],
    ['a blob of our origin', () => `blob:${world.server.origin}/items`],
    ['a host that repeats the secret', () => `http://${KEY.replaceAll('_', '-')}.evil.test/`],
  ])('to %s is refused, and nothing is sent there', async (_what, target) => {
    for (const fields of [
      { pagination: 'link' },
      { pagination: 'nextUrl', nextPath: 'next', itemsPath: 'items' },
    ]) {
      world.server.received.length = 0
      world.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', link: `<${target()}>; rel=next` })
        response.end(JSON.stringify({ items: [1], next: target() }))
      }
      expect(await errorOf({ ...secretly, ...fields })).toEqual({
        code: 'DESTINATION_NOT_ALLOWED',
        message: `Page 1 leads to another origin (scheme, host or port) than ${world.server.host}, where nothing of this step is sent.`,
      })
      expect(world.server.received).toHaveLength(1)
      expect(world.other.received).toEqual([])
    }
  })

  test('is refused as well from another origin after a redirect, even if it leads back to ours', async () => {
    const hostile = await startEchoServer((_request, response) => {
      response.setHeader('link', `<${world.server.origin}/admin/delete>; rel=next`).end('[]')
    })
    world.answer = (_request, response) => response.writeHead(302, { location: hostile.origin }).end()
    const error = await errorOf({ pagination: 'link', ...secretly })
    await hostile[Symbol.asyncDispose]()
    expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
    expect(asked()).toEqual([`/items?key=${KEY}`])
    expect(hostile.received[0]?.headers['authorization']).toBeUndefined()
  })

  test('within our origin that redirects to another does not take the credentials along', async () => {
    world.answer = (request, response) => {
      if (request.url.startsWith('/2')) response.writeHead(302, { location: `${world.other.origin}/` }).end()
      else response.setHeader('link', '</2>; rel=next').end('[]')
    }
    await outputOf({ pagination: 'link', headers: secretly.headers })
    expect(world.other.received).toHaveLength(1)
    expect(JSON.stringify(world.other.received)).not.toContain(KEY)
  })

  test('is refused if it is too long', async () => {
    pages({ next: `/${'a'.repeat(9000)}` })
    expect(await errorOf({ pagination: 'nextUrl', nextPath: 'next' })).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringContaining('in over 8192 characters'),
    })
  })

  test.each(['http://', 'http://[::1', 'https://:0/'])('is refused if it is no URL: %s', async (next) => {
    pages({ next })
    const error = await errorOf({ pagination: 'nextUrl', nextPath: 'next' })
    expect(error).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('is no URL') })
  })

  test('to the same page, or in a circle, is an error', async () => {
    pages(linked([1], '/b'), linked([2], '/items#again'))
    expect(await errorOf({ pagination: 'link', itemsPath: '$' })).toMatchObject({ code: 'STEP_FAILED' })
    expect(world.server.received).toHaveLength(2)
  })
})
