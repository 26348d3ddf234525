/** A server with TLS that answers at once. */
import { createServer } from 'node:https'
import { listen } from './floors/serve.ts'

const { TLS_KEY, TLS_CERT } = process.env
const server = createServer({ key: TLS_KEY, cert: TLS_CERT }, (_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end('{"n":2}')
})
listen(server, 'https')
