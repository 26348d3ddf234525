// `npm run playground` runs the step once, without an instance, and prints what people would see.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testStep } from '@lockstep/steps/testing'
import step from './step.ts'

const service = createServer((_request, response) => {
  response.end(JSON.stringify({ id: '42' }))
})
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
const server = `http://127.0.0.1:${(service.address() as AddressInfo).port}`

const { output, error } = await testStep(step, {
  fields: { server, token: '{{ secrets.TOKEN }}', text: 'Hello' },
  secrets: { TOKEN: 'token-of-the-playground' },
})
console.log(error ?? output)
service.close()
