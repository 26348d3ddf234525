import { Sensitive } from '../../src/sensitive.ts'
import { noProvenance, type Scope } from '../../src/template/index.ts'

/** Values that no error message may contain. */
export const values = {
  token: 'sk_live_Zq83/+"x\\y',
  password: 'p@ss:w/rd?#&=%',
  inTrigger: 'VALUE-of-trigger-77',
}

/** The scope of the tests: every type of value, and some that are not data. */
export function exampleScope(): Scope {
  return {
    ...noProvenance,
    secrets: new Map(
      Object.entries({
        TOKEN: values.token,
        USER: 'alice',
        PASSWORD: values.password,
        COLON: 'a:b',
        LINES: 'one\ntwo',
        TRAILING: 'token\n',
        BASE: 'https://api.example.com/v1',
        '2FA': '123456',
      }).map(([name, value]) => [name, new Sensitive(value)]),
    ),
    trigger: {
      body: {
        items: [{ id: 7, name: 'first' }, { id: 8 }],
        text: 'a b/c?d#e&f=g%',
        quote: 'say "hi"\n\\',
        empty: '',
        zero: 0,
        no: false,
        nothing: null,
        value: values.inTrigger,
        looks: '{{ secrets.TOKEN }}',
        'odd key': 'odd',
        'content-type': 'text/plain',
        größe: 'L',
        padded: '  x  ',
        mixed: 'MiXed',
        unicode: 'é€😀',
        list: ['x', 1, null, true],
      },
      rawBody: '{"a":1}',
      date: new Date(0),
      method: () => 'called',
      bytes: new Uint8Array(2),
      endless: Number.POSITIVE_INFINITY,
      get computed() {
        throw new Error('a getter ran')
      },
    },
    steps: { lookup: { output: { status: 200, body: { email: 'a@example.com' } } }, quiet: { output: null } },
  }
}
