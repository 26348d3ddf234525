/** The floor of a list: one query, and the same JSON as ours. It asks nobody who they are. */
import pg from 'pg'
import { serve } from './serve.ts'

const { DATABASE_URL, WORKSPACE } = process.env
const database = new pg.Pool({ connectionString: DATABASE_URL, max: 16 })

serve(async (_request, _body, response) => {
  const { rows } = await database.query({
    name: 'list',
    text: 'select name, updated_at as "updatedAt" from secret where workspace_id = $1 order by name limit 50',
    values: [WORKSPACE],
  })
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ data: { secrets: rows } }))
})
