import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { createTestWorkspace } from '../support/workspace.ts'

test('the operator sets the largest answer that a step may receive', async () => {
  const app = await startTestApp({ env: { LOCKSTEP_MAX_RESPONSE_MIB: '1' } })
  const server = createServer((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const workspace = await createTestWorkspace(app, 'acme')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const get = async (bytes: number) => {
      const step = { key: 'get', type: 'custom-http', fields: { url: `${url}/${bytes}` } }
      return workspace.run((await workspace.createAutomation('Get', [step])).id)
    }
    expect((await get(1024 * 1024)).status).toBe('SUCCEEDED')
    expect((await get(1024 * 1024 + 1)).error?.code).toBe('RESPONSE_TOO_LARGE')
  } finally {
    server.close()
    server.closeAllConnections()
    await app.close()
  }
})
