import { describe, expect, test } from 'vitest'
import { type Credential, parseCurl, referToSecrets } from '../../plugins/custom-http/curl/index.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { checkFields, renderFields, Sensitive } from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'

/** Name and value of each secret, with the place where it was found. */
const found = (command: string) =>
  parseCurl(command).credentials.flatMap(({ label, secrets }) =>
    secrets.map(({ name, value }) => [label, name, value]),
  )

const at = (options: string) => `curl https://api.acme.example/x ${options}`

describe('credentials are found', () => {
  test.each<[string, string, string, string]>([
    ["-H 'Authorization: Bearer tok-1'", 'header Authorization', 'ACME_TOKEN', 'tok-1'],
    ["-H 'authorization: token tok-1'", 'header authorization', 'ACME_TOKEN', 'tok-1'],
    ["-H 'Authorization: tok-1'", 'header Authorization', 'ACME_TOKEN', 'tok-1'],
    ["-H 'Authorization: GenieKey tok-1'", 'header Authorization', 'ACME_KEY', 'tok-1'],
    ['--oauth2-bearer tok-1', 'header Authorization', 'ACME_TOKEN', 'tok-1'],
    ["-H 'X-Api-Key: tok-1'", 'header X-Api-Key', 'ACME_API_KEY', 'tok-1'],
    ["-H 'apikey: tok-1'", 'header apikey', 'ACME_APIKEY', 'tok-1'],
    ["-H 'PRIVATE-TOKEN: tok-1'", 'header PRIVATE-TOKEN', 'ACME_PRIVATE_TOKEN', 'tok-1'],
    ["-H 'x-functions-key: tok-1'", 'header x-functions-key', 'ACME_FUNCTIONS_KEY', 'tok-1'],
    ["-H 'X-Auth-Token: Bearer tok-1'", 'header X-Auth-Token', 'ACME_AUTH_TOKEN', 'tok-1'],
    ["-H 'Acme-Secret: tok-1'", 'header Acme-Secret', 'ACME_SECRET', 'tok-1'],
    ["-b 'sid=1; b=2'", 'header Cookie', 'ACME_COOKIE', 'sid=1; b=2'],
    ["-d 'user=me&password=pass%26word'", 'form field password', 'ACME_PASSWORD', 'pass&word'],
    ['-F clientSecret=tok-1', 'form field clientSecret', 'ACME_CLIENT_SECRET', 'tok-1'],
    ['-G -d api_key=tok%2F1', 'query parameter api_key', 'ACME_API_KEY', 'tok/1'],
    ['--url-query key=tok-1', 'query parameter key', 'ACME_KEY', 'tok-1'],
    ['--json \'{"a":[{"db":{"passwd":"p\\"w\\n1"}}]}\'', 'body member a.db.passwd', 'ACME_PASSWD', 'p"w\n1'],
    ['-d \'{"token": "tok-1"}\'', 'body member token', 'ACME_TOKEN', 'tok-1'],
    ['-u tok-1:', 'header Authorization', 'ACME_KEY', 'tok-1'],
    ['-u tok-1:X', 'header Authorization', 'ACME_KEY', 'tok-1'],
    ['-u me:password', 'header Authorization', 'ACME_AUTHORIZATION', `Basic ${btoa('me:password')}`],
    ["-H 'Authorization: Basic ????'", 'header Authorization', 'ACME_AUTHORIZATION', 'Basic ????'],
  ])('%s', (options, label, name, value) => {
    expect(found(at(options))).toEqual([[label, name, value]])
  })

  test('a user name and a password', () => {
    expect(found(at('-u robot:pass:word'))).toEqual([
      ['header Authorization', 'ACME_USER', 'robot'],
      ['header Authorization', 'ACME_PASSWORD', 'pass:word'],
    ])
  })

  test('a shell variable with its own name and without a value', () => {
    for (const variable of ['$ACME_API_TOKEN', `\${ACME_API_TOKEN}`]) {
      expect(found(at(`-H "Authorization: Bearer ${variable}"`))).toEqual([
        ['header Authorization', 'ACME_API_TOKEN', undefined],
      ])
    }
  })

  test('the same value with one name, different values with different names', () => {
    const secrets = found(at("-H 'X-Token: aaaa' -H 'Y-Token: bbbb' -H 'X-Token: cccc' -H 'X-Token: aaaa'"))
    expect(secrets.map(([, name]) => name)).toEqual([
      'ACME_TOKEN',
      'ACME_Y_TOKEN',
      'ACME_TOKEN_2',
      'ACME_TOKEN',
    ])
  })

  test.each([
    ['https://api.acme.co.uk/', 'ACME_TOKEN'],
    ['https://127.0.0.1/', 'TOKEN'],
    ['http://[::1]:80/', 'TOKEN'],
    ['http://localhost:8080/', 'TOKEN'],
    ['https://münchen.example/', 'XN_MNCHEN_3YA_TOKEN'],
  ])('with a name made from the site %s', (url, name) => {
    expect(found(`curl '${url}' -H 'X-Token: tok-1'`)[0]?.[1]).toBe(name)
  })
})

test.each([
  "-H 'Accept: text/html' -H 'Idempotency-Key: 12345' -H 'Surrogate-Key: abcd' -H 'X-Keyboard: abcd'",
  '-d \'{"max_tokens": 5, "token_type": "bearer", "next_token": "abcd", "key": "name", "list": ["password", "abcd"]}\'',
  "-d 'grant_type=password&page_token=abcd&keyboard=abcd'",
  "-H 'X-Token: abc' -d password=",
  '-G -d author=abcd -d tokens=abcd',
])('no credential is found in %s', (options) => {
  expect(found(at(options))).toEqual([])
})

describe('references replacing credentials', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      "-H 'Authorization: Bearer {{xy'",
      { headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.ACME_TOKEN }}' }] },
    ],
    [
      '-u robot:pass-word',
      {
        headers: [{ name: 'Authorization', value: '{{ secrets.ACME_USER | basic: secrets.ACME_PASSWORD }}' }],
      },
    ],
    ['-u key-1:', { headers: [{ name: 'Authorization', value: '{{ secrets.ACME_KEY | basic: "" }}' }] }],
    [
      "-u 'key-1:\"}}'",
      { headers: [{ name: 'Authorization', value: '{{ secrets.ACME_KEY | basic: "\\"}}" }}' }] },
    ],
    ['-u me:pass-word', { headers: [{ name: 'Authorization', value: '{{ secrets.ACME_AUTHORIZATION }}' }] }],
    [
      '-G -d key=abcd -d x={{ -d sig=1234',
      { url: 'https://api.acme.example/x?key={{ secrets.ACME_KEY }}&x=\\{{&sig={{ secrets.ACME_SIG }}' },
    ],
    [
      '--json \'{"{{":1,"token":"abcd","b":{"secret":"1234"}}\'',
      { body: '{"\\{{":1,"token":"{{ secrets.ACME_TOKEN }}","b":{"secret":"{{ secrets.ACME_SECRET }}"}}' },
    ],
    ['-d \'{"token":"abcd"}\'', { body: '{"token":{{ secrets.ACME_TOKEN | json }}}' }],
    ['-d token=abcd', { form: [{ name: 'token', value: '{{ secrets.ACME_TOKEN }}' }] }],
  ])('%s', (options, expected) => {
    const { fields, credentials } = parseCurl(at(options))
    expect(referToSecrets(fields, credentials)).toMatchObject(expected)
  })

  test('of one credential alone, with a chosen name', () => {
    const { fields, credentials } = parseCurl(at("-H 'X-Token: aaaa' -H 'Y-Token: bbbb'"))
    const chosen = credentials.slice(1).map((it): Credential => ({ ...it, secrets: [{ name: 'MINE' }] }))
    expect(referToSecrets(fields, chosen).headers).toEqual([
      { name: 'X-Token', value: 'aaaa' },
      { name: 'Y-Token', value: '{{ secrets.MINE }}' },
    ])
    expect(fields.headers?.[1]?.value).toBe('bbbb')
  })

  test.each([
    "-H 'Authorization: Bearer a{{b}}' -b 'x=\\{{ 1' -G -d api_key=a%2Bb+c -d sig={{{{",
    "-u robot:pa{{ss -d user=1 -d 'password={{ a \"b'",
    '-u key-1:X --json \'{"a":{"token":"a\\n\\u007b{{{ \\"b"},"secret":"{{{{{","c":"{{"}\'',
    '-H content-type:text/plain -d \'{"token":"a\\n{{{ \\"b"}\'',
    '-F \'apiKey="a;{{b"\' -F c={{',
  ])('give exactly the same request: %s', (options) => {
    const { fields, credentials } = parseCurl(at(options))
    const secrets = credentials.flatMap((it) =>
      it.secrets.map(({ name, value = '' }) => [name, new Sensitive(value)] as const),
    )
    expect(secrets.length).toBeGreaterThan(0)
    const replaced = referToSecrets(fields, credentials)
    checkFields({ key: 'call', type: customHttp }, replaced)
    const inClear = (of: unknown) => {
      const scope = { secrets: new Map(secrets), trigger: null, steps: {}, ...noProvenance }
      const { input } = renderFields(customHttp, of, scope)
      return JSON.parse(JSON.stringify(input, reveal))
    }
    const before = inClear(fields)
    const after = inClear(replaced)
    for (const it of [before, after]) {
      it.url = [...new URL(it.url).searchParams]
      if (fields.body?.startsWith('{')) it.body = JSON.parse(it.body)
    }
    expect(after).toEqual(before)
    const text = JSON.stringify(replaced)
    for (const [, value] of secrets) expect(text).not.toContain(JSON.stringify(value.reveal()).slice(1, -1))
  })
})

/** `Sensitive` has a `toJSON`, so the original is read from the holder. */
function reveal(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key]
  return original instanceof Sensitive ? original.reveal() : value
}
