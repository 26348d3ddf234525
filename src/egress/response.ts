import { AppError } from '../errors.ts'
import { bareHost } from '../host-name.ts'
import type { Answer } from './answer.ts'

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** The answer in the shape of `fetch`: `url` is the last hop's, and may hold a value that a server put there. */
export function toResponse(answer: Answer, url: URL, redirected: boolean): Response {
  try {
    const response = new Response(withoutBody.has(answer.status) ? null : answer.body, {
      status: answer.status,
      statusText: /^[\t\x20-\x7e\x80-\xff]*$/.test(answer.statusText) ? answer.statusText : '',
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    })
    Object.defineProperty(response, 'url', { value: url.href })
    Object.defineProperty(response, 'redirected', { value: redirected })
    return response
  } catch {
    // A status beyond 599 or a header that no text can hold. The reason would quote it.
    throw new AppError('REQUEST_FAILED', `${bareHost(url)} answered with something that is not HTTP.`)
  }
}
