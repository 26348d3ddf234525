/** The floor of a start: the embedded database of a data folder, and a server that answers nothing. */
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../../src/log.ts'
import { serve } from './serve.ts'

const folder = join(process.env['LOCKSTEP_DATA'] ?? '', 'postgres')
const database = await startEmbeddedPostgres({ folder, log: createLogger('warn', 'floor') })
process.once('SIGTERM', async () => {
  await database.stop()
  process.exit()
})
serve((_request, _body, response) => void response.end())
