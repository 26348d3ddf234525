import { Sensitive } from '../sensitive.ts'
import { openStore } from './store.ts'

/** `npm run migration NAME`: writes the migration from the last snapshot of the schema to the entities. */
const name = process.argv[2]
// The snapshot is what is compared with: no database is needed.
const store = await openStore(new Sensitive('postgres://nobody@127.0.0.1:1/none'))
const { fileName } = await store.orm.migrator.create(undefined, false, false, name)
process.stdout.write(
  fileName === '' ? 'The migrations are up to date.\n' : `src/store/migrations/${fileName}\n`,
)
await store.close()
