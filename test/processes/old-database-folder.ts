import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.ts'
import { createLogger } from '../../src/log.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { migrate } from '../../src/store/migrate.ts'

/** Makes a database folder of the time when the superuser owned everything, and there was no other role. */
export async function makeOldDatabaseFolder(folder: string): Promise<void> {
  const server = await startEmbeddedPostgres({
    folder,
    log: createLogger('silent', 'test'),
    fsync: false,
  })
  try {
    await migrate(new Sensitive(server.url), createLogger('silent', 'test'))
    const superuser = new pg.Client({ connectionString: server.url })
    await superuser.connect()
    await superuser.query(`
      alter database lockstep owner to lockstep;
      grant connect, temporary on database lockstep to public;
      drop role lockstep_owner, lockstep_api, lockstep_worker;
      create role lockstep_api login superuser password 'kept';
      grant pg_execute_server_program to lockstep_api;
      alter role lockstep_api set search_path = pg_temp, public`)
    await superuser.end()
  } finally {
    await server.stop()
  }
}
