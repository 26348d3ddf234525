import { describe, expect, test } from 'vitest'
import { parseEgressAllow } from '../../src/egress/index.ts'
import { canary, client, lookupIn, refusal, serve, type TestServer } from './world.ts'

describe('connects to the checked address', () => {
  test('and not to the second answer of a name server that changes its answer', async () => {
    await using good = await serve('127.0.0.11', (_request, response) => response.end('good'))
    await using bad = await serveOn('127.0.0.12', good.port)
    let asked = 0
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.11' : '127.0.0.12', family: 4 as const }]
    const http = client({ allow: parseEgressAllow('127.0.0.11'), lookup })
    const response = await http(`http://rebind.test:${good.port}/`)
    expect(await response.text()).toBe('good')
    expect(asked).toBe(1)
    // The second request resolves the name again, and refuses the new address.
    await refusal(http(`http://rebind.test:${good.port}/`), 'DESTINATION_NOT_ALLOWED')
    expect(asked).toBe(2)
    expect(bad.received).toEqual([])
    expect(bad.connections()).toBe(0)
  })

  test('of its real family, whatever family the name server claims', async () => {
    await using server = await serve('127.0.0.11', (_request, response) => response.end('good'))
    const http = client({ lookup: async () => [{ address: '127.0.0.11', family: 6 as const }] })
    expect((await http(`http://family.test:${server.port}/`)).status).toBe(200)
  })

  test('and tries the next address if the first refuses the connection', async () => {
    await using server = await serve('127.0.0.13', (_request, response) => response.end('second'))
    const http = client({ lookup: lookupIn({ 'two.test': ['127.0.0.14', '127.0.0.13'] }) })
    const response = await http(`http://two.test:${server.port}/`)
    expect(await response.text()).toBe('second')
  })

  test('with the Host header of the URL', async () => {
    await using server = await serve('127.0.0.11', (_request, response) => response.end())
    const http = client({ lookup: lookupIn({ 'name.test': ['127.0.0.11'] }) })
    await http(`http://NAME.test.:${server.port}/`)
    expect(server.received[0]?.headers.host).toBe(`name.test:${server.port}`)
  })
})

test('an error of the look-up is not shown', async () => {
  const http = client({
    lookup: async () => {
      throw new Error(`${canary} in the message`)
    },
  })
  await refusal(http('http://broken.test/'), 'REQUEST_FAILED')
})

/** A second server on the same port of another address. */
async function serveOn(address: string, port: number): Promise<TestServer> {
  return serve(address, (_request, response) => response.end('bad'), undefined, port)
}
