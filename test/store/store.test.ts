import { expect, inject, test } from 'vitest'
import { Sensitive } from '../../src/sensitive.ts'
import { openStore } from '../../src/store/store.ts'

const withParameters = (parameters: string) =>
  openStore(new Sensitive(`${inject('databaseUrl')}?${parameters}`))

test.each(['sslmode=require', 'sslmode=verify-full'])(
  'with %s nothing is sent to a server without TLS',
  async (parameters) => {
    const store = await withParameters(parameters)
    try {
      await expect(store.em().execute('select 1')).rejects.toThrow(/does not support SSL/)
    } finally {
      await store.close()
    }
  },
)

test('the parameters of the URL reach the server', async () => {
  const store = await withParameters('application_name=named-by-the-operator')
  try {
    const name = await store.em().execute("select current_setting('application_name') as name")
    expect(name).toEqual([{ name: 'named-by-the-operator' }])
  } finally {
    await store.close()
  }
})
