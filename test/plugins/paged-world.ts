import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, type Received, startEchoServer } from './echo-server.ts'

export type Fields = Record<string, unknown>

/** The value of the secret KEY. */
export const KEY = 'sk_CANARY_4242'

/**
 * A server that answers in pages, another one that nothing may reach, and Custom HTTP steps that call the first.
 */
export class PagedWorld {
  server!: EchoServer
  other!: EchoServer
  answer: (request: Received, response: ServerResponse) => void = (_request, response) => response.end()

  constructor() {
    beforeAll(async () => {
      this.server = await startEchoServer((request, response) => this.answer(request, response))
      this.other = await startEchoServer((_request, response) => response.end('[]'))
    })
    beforeEach(() => {
      this.server.received.length = 0
      this.other.received.length = 0
    })
    afterAll(async () => {
      await this.server[Symbol.asyncDispose]()
      await this.other[Symbol.asyncDispose]()
    })
  }

  run = (fields: Fields, options: { signal?: AbortSignal } = {}) =>
    testStep(customHttp, {
      fields: { url: `${this.server.origin}/items`, ...fields },
      secrets: { KEY },
      ...options,
    })

  outputOf = async (fields: Fields) => {
    const { error, trueOutput } = await this.run(fields)
    if (error) throw new Error(error.message)
    return trueOutput
  }

  errorOf = async (fields: Fields) => (await this.run(fields)).error

  /** The requested paths, in order. */
  asked = () => this.server.received.map(({ url }) => url)

  /** Answers the first request with the first page, and so on. A number is an error status. */
  pages = (...list: readonly unknown[]): void => {
    this.answer = (_request, response) => {
      const page = list[this.server.received.length - 1]
      if (typeof page === 'number') {
        response.writeHead(page, { 'content-type': 'application/json' }).end('{"error":"no"}')
        return
      }
      response.setHeader('content-type', 'application/json')
      if (isLinked(page)) response.setHeader('link', page.link)
      response.end(JSON.stringify(isLinked(page) ? page.body : page))
    }
  }
}

const isLinked = (page: unknown): page is { body: unknown; link: string } =>
  typeof page === 'object' && page !== null && 'link' in page

/** A page whose Link header leads to the next one. */
export const linked = (body: unknown, url: string) => ({ body, link: `<${url}>; rel="next"` })
