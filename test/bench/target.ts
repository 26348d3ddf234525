/** The service that steps call: it wants the secret and adds one to the number that it gets. */
import { serve } from './floors/serve.ts'

const { SECRET } = process.env

serve((request, body, response) => {
  if (request.headers.authorization !== `Bearer ${SECRET}`) return void response.writeHead(401).end()
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ n: JSON.parse(body).n + 1 }))
})
