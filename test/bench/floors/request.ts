import { Agent, request } from 'undici'

/** The floor of egress: undici's own request on a kept connection. */
export function createFloorRequest(
  url: string,
  ca: string,
  stack: AsyncDisposableStack,
): () => Promise<string> {
  const dispatcher = new Agent({ connect: { ca } })
  stack.defer(() => dispatcher.close())
  return async () => (await request(url, { dispatcher })).body.text()
}
