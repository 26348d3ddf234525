import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CurlFields, parseCurl } from '../../plugins/custom-http/curl/index.ts'
import { longOption, shortOption } from '../../plugins/custom-http/curl/known-options.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { AppError, checkFields, renderFields, type Sensitive } from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'

const url = 'https://api.example.com/x'

describe('the URL', () => {
  test.each<[string, string]>([
    ["curl 'https://a.example/x?y=1#z'", 'https://a.example/x?y=1#z'],
    ['curl --url https://a.example', 'https://a.example'],
    ['curl -G https://a.example/?a=1#z -d b=2', 'https://a.example/?a=1&b=2'],
    ['curl -G https://a.example/? -d b=2', 'https://a.example/?b=2'],
    ['curl -s -- https://a.example', 'https://a.example'],
    ['/usr/bin/curl https://a.example', 'https://a.example'],
    ['curl.exe https://a.example', 'https://a.example'],
    ['$ curl https://a.example', 'https://a.example'],
    ["curl 'https://a.example/{{x}}?{{{{y'", 'https://a.example/\\{{x}}?\\{{\\{{y'],
    ['curl a.example/x', 'http://a.example/x'],
    ['curl localhost:8080', 'http://localhost:8080'],
  ])('%s', (command, expected) => {
    expect(parseCurl(command).fields.url).toBe(expected)
  })

  test('user info becomes a header, decoded, unless -u sets another', () => {
    const { fields } = parseCurl('curl https://me%40x:p%3Aw@a.example/')
    expect(fields).toMatchObject({
      url: 'https://a.example/',
      headers: [{ name: 'Authorization', value: `Basic ${btoa('me@x:p:w')}` }],
    })
    const other = parseCurl('curl -u a:b https://me:pw@a.example/').fields
    expect(other).toMatchObject({ headers: [{ name: 'Authorization', value: 'Basic YTpi' }] })
  })

  test('a pattern for several URLs is noted, and sent unchanged', () => {
    for (const pattern of ['{a,b}', '[1-3]', '[a-z:2]']) {
      const { fields, notes } = parseCurl(`curl 'https://a.example/${pattern}'`)
      expect(fields.url).toContain(pattern)
      expect(notes).toEqual([expect.stringContaining('several requests')])
      expect(parseCurl(`curl -g 'https://a.example/${pattern}'`).notes).toEqual([])
    }
    expect(parseCurl("curl 'https://a.example/{id}?expand[]=x'").notes).toEqual([])
  })
})

describe('refuses', () => {
  test.each<[string, RegExp]>([
    ['', /does not begin with curl/],
    ['wget https://CANARY', /does not begin with curl/],
    ['curl', /has no URL/],
    ['curl -H CANARY:x', /has no URL/],
    ['curl https://a.example https://CANARY', /has several URLs/],
    ['curl https://a.example --next https://CANARY', /--next makes several requests/],
    [
      'curl https://a.example --frobnicate CANARY',
      /word 3 is no option that curl has, or the beginning of several: --frobnicate\./,
    ],
    [
      'curl https://a.example --CANARY_KEY',
      /word 3 is no option that curl has, or the beginning of several\. /,
    ],
    ['curl https://a.example --silent=CANARY', /word 3 is no option/],
    ['curl https://a.example -s@', /word 3 is no option that curl has, or the beginning of several: -@\./],
    ['curl https://a.example -', /word 3 is no option/],
    ['curl https://a.example -d', /option -d at its end has no value/],
    ['curl https://a.example -sX', /option -X at its end has no value/],
    ['curl https://a.example -m CANARY', /the value of -m is no number/],
    ['curl https://a.example -X CANARY@', /the method of -X is none that a step sends/],
    ['curl ftp://CANARY/x', /its URL is not http or https/],
    ['curl file:///CANARY', /its URL is not http or https/],
    ['curl https://', /its URL is not valid/],
    ["curl 'https://a.example/CANARY\n'x", /its URL is not valid/],
    ["curl 'https://CANARY", /is never closed/],
    [`curl https://a.example -d '${'x'.repeat(1024 * 1024)}'`, /longer than 1,048,576/],
  ])('%.60s', (command, message) => {
    expect(() => parseCurl(command)).toThrow(AppError)
    expect(() => parseCurl(command)).toThrow(expect.objectContaining({ code: 'INVALID_FIELD' }))
    expect(() => parseCurl(command)).toThrow(message)
    expect(() => parseCurl(command)).not.toThrow(/CANARY/)
  })
})

describe('commands as they are copied', () => {
  test('from a browser, for bash', () => {
    const command = `curl 'https://shop.example/api/cart?x=1' \\
  -X 'PATCH' \\
  -H 'accept: */*' \\
  -H 'accept-language: de-DE,de;q=0.9' \\
  -H 'content-type: application/json' \\
  -H 'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"' \\
  -b 'sid=abc; theme=dark' \\
  --data-raw $'{"text":"it\\'s \\u0021 {{x}}"}' \\
  --compressed`
    expect(parseCurl(command)).toMatchObject({
      notes: [],
      fields: {
        method: 'PATCH',
        url: 'https://shop.example/api/cart?x=1',
        headers: [
          { name: 'Cookie', value: 'sid=abc; theme=dark' },
          { name: 'accept', value: '*/*' },
          { name: 'accept-language', value: 'de-DE,de;q=0.9' },
          { name: 'sec-ch-ua', value: '"Chromium";v="140", "Not=A?Brand";v="24"' },
        ],
        bodyKind: 'json',
        body: '{"text":"it\'s ! \\{{x}}"}',
      },
    })
  })

  test('from a browser, for cmd', () => {
    const command = [
      'curl ^"https://shop.example/api?q=a^%^20b^&c=d^" ^',
      '  -H ^"content-type: application/json^" ^',
      '  --data-raw ^"^{^\\^"a^\\^":^\\^"100^% ^\\^\\n^\\^"^}^" ^',
      '  --insecure',
    ].join('\r\n')
    expect(parseCurl(command)).toMatchObject({
      notes: [expect.stringContaining('-insecure')],
      fields: {
        method: 'POST',
        url: 'https://shop.example/api?q=a%20b&c=d',
        bodyKind: 'json',
        body: '{"a":"100% \\n"}',
      },
    })
  })

  test('from a browser, with parts of a form', () => {
    const body = '------B\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\nb\\r\\n------B--\\r\\n'
    const { fields } = parseCurl(
      `curl 'https://a.example/' -H 'content-type: multipart/form-data; boundary=----B' --data-raw $'${body}'`,
    )
    expect(fields).toMatchObject({ bodyKind: 'text', headers: [{ name: 'content-type' }] })
    expect(fields.body).toContain('name="a"\r\n\r\nb\r\n------B--')
  })

  test('from Postman', () => {
    const command = `curl --location --globoff --request POST 'https://a.example/users?f[x]=1' \\
--header 'Content-Type: application/x-www-form-urlencoded' \\
--data-urlencode 'name=Ann Lee' \\
--data-urlencode 'mail=ann@example.com'`
    expect(parseCurl(command)).toMatchObject({
      notes: [],
      fields: {
        url: 'https://a.example/users?f[x]=1',
        followRedirects: true,
        bodyKind: 'form',
        form: [
          { name: 'name', value: 'Ann Lee' },
          { name: 'mail', value: 'ann@example.com' },
        ],
      },
    })
  })
})

test('with any texts, the step gets exactly the texts of the command', () => {
  const text = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[{}\\ a"']{0,20}$/))
    .map((it) => it.toWellFormed().replaceAll('\0', ''))
  const quote = (it: string) => `'${it.replaceAll("'", "'\\''")}'`
  fc.assert(
    fc.property(text, text, (member, value) => {
      const body = JSON.stringify({ [member]: value })
      const parts = value.startsWith('@') ? '' : `-H 'Content-Type: application/json' -d ${quote(body)}`
      const { fields } = parseCurl(`curl ${url} ${parts}`)
      const form = parseCurl(`curl ${url} --form-string ${quote(`a=${value}`)}`)
      const reveal = (it: CurlFields) => {
        const { input } = renderFields(customHttp, it, {
          secrets: new Map(),
          trigger: null,
          steps: {},
          ...noProvenance,
        })
        return input as { body?: Sensitive; form?: { value: Sensitive }[] }
      }
      if (parts !== '') expect(reveal(fields).body?.reveal()).toBe(body)
      expect(reveal(form.fields).form?.[0]?.value.reveal()).toBe(value)
    }),
  )
})

test('any list of words gives fields that can be saved, or a refusal', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '-d',
      '-H',
      '-X',
      '-F',
      '-u',
      '-G',
      '-I',
      '-L',
      '-k',
      '--json',
      '--data-raw',
      '-sSd',
      '--next',
      '--',
    ),
    fc.constantFrom('https://a.example', '{"a":1}', 'A: b', 'POST', 'a=b', '@x', 'me:pw', '{{', '\\{{'),
  )
  const quote = (it: string) => `'${it.replaceAll("'", "'\\''")}'`
  let read = 0
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      try {
        const { fields } = parseCurl(`curl https://b.example ${words.map(quote).join(' ')}`)
        checkFields({ key: 'call', type: customHttp }, fields)
        read++
      } catch (error) {
        if (!(error instanceof AppError) || !error.message.startsWith('The cURL command')) throw error
      }
    }),
    { numRuns: 2000 },
  )
  expect(read).toBeGreaterThan(20)
})

test('every option of the installed curl is known', (context) => {
  const known = installedOptions()
  if (known === undefined) {
    context.skip('there is no curl on this machine')
    return
  }
  expect(known.length).toBeGreaterThan(150)
  for (const { letter, name, takesValue } of known) {
    // `--help` takes a value only in some cases.
    if (name !== 'help')
      expect({ name, takesValue: longOption(name)?.takesValue }).toEqual({ name, takesValue })
    if (letter !== undefined) expect(shortOption(letter)?.name).toBe(name)
  }
})

function installedOptions() {
  try {
    const help = execFileSync('curl', ['--help', 'all'], { encoding: 'utf8' })
    return [...help.matchAll(/^ (?:-(.),| {3}) --([a-z0-9.-]+)( [<[])?/gm)].map(
      ([, letter, name = '', value]) => ({
        letter,
        name,
        takesValue: value !== undefined,
      }),
    )
  } catch {
    return undefined
  }
}
