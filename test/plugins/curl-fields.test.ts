import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CurlFields, parseCurl } from '../../plugins/custom-http/curl/index.ts'
import { longOption, shortOption } from '../../plugins/custom-http/curl/known-options.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { AppError, checkFields, renderFields, type Sensitive } from '../../src/steps/index.ts'

const url = 'https://api.example.com/x'
const base: CurlFields = { method: 'GET', url, bodyKind: 'none', followRedirects: false }
const read = (options: string) => parseCurl(`curl ${url} ${options}`)
const formType = { name: 'Content-Type', value: 'application/x-www-form-urlencoded' }

describe('without notes', () => {
  test.each<[string, Partial<CurlFields>]>([
    ['', {}],
    ['-X DELETE', { method: 'DELETE' }],
    ['-XPUT', { method: 'PUT' }],
    ['--request=PATCH', { method: 'PATCH' }],
    ['-X post', { method: 'POST' }],
    ['-I', { method: 'HEAD' }],
    ['--head', { method: 'HEAD' }],
    ['-L', { followRedirects: true }],
    ['-L --max-redirs 3', { followRedirects: true, maxRedirects: 3 }],
    ['-LXPOST --max-redirs=0', { method: 'POST', followRedirects: true, maxRedirects: 0 }],
    ['--no-location', {}],
    ['-m 2.5 --retry 2', { timeoutSeconds: 2.5, retries: 2 }],
    ['--compressed -g -f -q --basic --fail-with-body', {}],
    [
      "-H 'A: b' -H 'C:d' --header='E:  f: g  '",
      {
        headers: [
          { name: 'A', value: 'b' },
          { name: 'C', value: 'd' },
          { name: 'E', value: 'f: g' },
        ],
      },
    ],
    ["-H 'Empty;' -H 'Gone:'", { headers: [{ name: 'Empty', value: '' }] }],
    [
      '-A me -e "http://r;auto"',
      {
        headers: [
          { name: 'User-Agent', value: 'me' },
          { name: 'Referer', value: 'http://r' },
        ],
      },
    ],
    ["-A me -H 'user-agent: you'", { headers: [{ name: 'user-agent', value: 'you' }] }],
    ["-A ''", {}],
    ['-b a=b --cookie c=d', { headers: [{ name: 'Cookie', value: 'a=b; c=d' }] }],
    ['-r 0-9', { headers: [{ name: 'Range', value: 'bytes=0-9' }] }],
    ['-u me:pw', { headers: [{ name: 'Authorization', value: 'Basic bWU6cHc=' }] }],
    ['-u ü:ß', { headers: [{ name: 'Authorization', value: 'Basic w7w6w58=' }] }],
    ['--oauth2-bearer tok -u a:b', { headers: [{ name: 'Authorization', value: 'Bearer tok' }] }],
    ["-u a:b -H 'Authorization: X y'", { headers: [{ name: 'Authorization', value: 'X y' }] }],
    [
      "-d a=1 -d 'b=c d' --data c=%2F+",
      {
        method: 'POST',
        bodyKind: 'form',
        form: [
          { name: 'a', value: '1' },
          { name: 'b', value: 'c d' },
          { name: 'c', value: '/ ' },
        ],
      },
    ],
    ["-d ''", { method: 'POST', bodyKind: 'form', form: [] }],
    [
      "-d x=1 -H 'content-type: application/x-www-form-urlencoded'",
      { method: 'POST', bodyKind: 'form', form: [{ name: 'x', value: '1' }] },
    ],
    ['-d plain', { method: 'POST', headers: [formType], bodyKind: 'text', body: 'plain' }],
    ['-d a=%zz', { method: 'POST', headers: [formType], bodyKind: 'text', body: 'a=%zz' }],
    ['--data-raw @x', { method: 'POST', headers: [formType], bodyKind: 'text', body: '@x' }],
    [
      "--data-urlencode 'a=b c' --data-urlencode 'd=é~*'",
      {
        method: 'POST',
        bodyKind: 'form',
        form: [
          { name: 'a', value: 'b c' },
          { name: 'd', value: 'é~*' },
        ],
      },
    ],
    ["--data-urlencode '=a b'", { method: 'POST', headers: [formType], bodyKind: 'text', body: 'a+b' }],
    ["--data-urlencode 'a b'", { method: 'POST', headers: [formType], bodyKind: 'text', body: 'a+b' }],
    [
      '-H content-type:application/json --data-binary \'{"a": [1]}\'',
      { method: 'POST', bodyKind: 'json', body: '{"a": [1]}' },
    ],
    [
      "-H 'Content-Type: application/vnd.api+json' -d '{}'",
      {
        method: 'POST',
        headers: [{ name: 'Content-Type', value: 'application/vnd.api+json' }],
        bodyKind: 'json',
        body: '{}',
      },
    ],
    [
      "-H 'Content-Type: application/json' -d '{a}'",
      {
        method: 'POST',
        headers: [{ name: 'Content-Type', value: 'application/json' }],
        bodyKind: 'text',
        body: '{a}',
      },
    ],
    [
      "-H 'Content-Type: text/xml' -d '<a/>'",
      {
        method: 'POST',
        headers: [{ name: 'Content-Type', value: 'text/xml' }],
        bodyKind: 'text',
        body: '<a/>',
      },
    ],
    [
      "-H 'Content-Type: application/json' -d ''",
      { method: 'POST', headers: [{ name: 'Content-Type', value: 'application/json' }] },
    ],
    [
      '--json \'{"a":1\' --json \',"b":2}\'',
      {
        method: 'POST',
        headers: [{ name: 'Accept', value: 'application/json' }],
        bodyKind: 'json',
        body: '{"a":1,"b":2}',
      },
    ],
    [
      "--json '[]' -H 'accept: x/y'",
      { method: 'POST', headers: [{ name: 'accept', value: 'x/y' }], bodyKind: 'json', body: '[]' },
    ],
    [
      '-F a=b -F \'c="d;\\"e"\' --form-string f=@g',
      {
        method: 'POST',
        bodyKind: 'multipart',
        form: [
          { name: 'a', value: 'b' },
          { name: 'c', value: 'd;"e' },
          { name: 'f', value: '@g' },
        ],
      },
    ],
    ['-G -d a=1 --data-urlencode b=c+d', { url: `${url}?a=1&b=c%2Bd` }],
    ['-G -I -d a=1', { method: 'HEAD', url: `${url}?a=1` }],
    ['--url-query a=b --url-query +c', { url: `${url}?a=b&c` }],
    ['-X PUT -d x=1', { method: 'PUT', bodyKind: 'form', form: [{ name: 'x', value: '1' }] }],
    ["-H 'X-T: {{ secrets.A }}'", { headers: [{ name: 'X-T', value: '\\{{ secrets.A }}' }] }],
  ])('%s', (options, expected) => {
    const { fields, notes } = read(options)
    expect(notes).toEqual([])
    expect(fields).toEqual({ ...base, ...expected })
    expect(() => checkFields({ key: 'call', type: customHttp }, fields)).not.toThrow()
  })
})

describe('what cannot be taken over is noted', () => {
  test.each<[string, RegExp, Partial<CurlFields>]>([
    [
      '-sSv --include -o CANARY -w CANARY',
      /^Left out -s, -S, -v, --include, -o, -w: the step gives back/,
      {},
    ],
    ['-k', /^Left out -k: a step always checks the certificate/, {}],
    ['-x http://me:CANARY@proxy -U me:CANARY', /^Left out -x, -U: whoever runs Lockstep decides/, {}],
    ['-E CANARY.pem --key CANARY', /^Left out -E, --key: .*Client certificate/, {}],
    ['--http2 -4 --connect-timeout 3', /^Left out --http2, -4, --connect-timeout: the step decides/, {}],
    ['--no-buffer --no-keepalive', /^Left out --no-(buffer|keepalive): /, {}],
    ['-d @CANARY', /^Left out -d where it names a file/, {}],
    [
      '--data-binary @CANARY -d a=1',
      /^Left out --data-binary where it names/,
      { method: 'POST', bodyKind: 'form', form: [{ name: 'a', value: '1' }] },
    ],
    ['--data-urlencode a@CANARY', /^Left out --data-urlencode where/, {}],
    [
      '-F a=@CANARY -F b=c',
      /^Left out -F where it names/,
      { method: 'POST', bodyKind: 'multipart', form: [{ name: 'b', value: 'c' }] },
    ],
    [
      "-F 'a=b;type=CANARY/x'",
      /^Left out what follows the value in -F/,
      { method: 'POST', bodyKind: 'multipart', form: [{ name: 'a', value: 'b' }] },
    ],
    ['-H @CANARY', /^Left out -H where it names a file/, {}],
    ['-b CANARY.txt', /^Left out -b where it names a file/, {}],
    ['-T CANARY', /^Left out -T: a step reads and writes no files/, { method: 'PUT' }],
    ['-H CANARY', /^Left out a -H without a colon/, {}],
    ["-H 'Host: CANARY'", /^Left out the header host: the connection/, {}],
    ["-H 'Accept-Encoding: CANARY'", /^Left out the header accept-encoding/, {}],
    ["-H ':authority: CANARY'", /^Left out a header whose name is none/, {}],
    ["-H 'X: CANARY→'", /^Left out a header with a line break or another/, {}],
    ["-H 'Accept:'", /^A step cannot do without the header accept/, {}],
    [
      '-u CANARY',
      /^-u has no password/,
      { headers: [{ name: 'Authorization', value: 'Basic Q0FOQVJZOg==' }] },
    ],
    ['--digest -u me:CANARY', /^Left out --digest: the step sends no credentials in this way/, {}],
    ['-X GET -d a=CANARY', /^Left out the body: a step sends none with GET/, {}],
    [
      '-d \'{"a":"CANARY"}\'',
      /^The body looks like JSON, and curl sends it as a form/,
      { method: 'POST', headers: [formType], bodyKind: 'text', body: '{"a":"CANARY"}' },
    ],
    ['-L --max-redirs -1', /^--max-redirs became 20/, { followRedirects: true, maxRedirects: 20 }],
    ['-m 0', /^--max-time became 300/, { timeoutSeconds: 300 }],
    ['--retry 99', /^--retry became 5/, { retries: 5 }],
    ['--location-trusted', /^Left out --location-trusted: credentials never go/, { followRedirects: true }],
    ['| jq .CANARY', /^What follows \| was left out/, {}],
  ])('%s', (options, note, expected) => {
    const { fields, notes } = read(options)
    expect(notes).toContainEqual(expect.stringMatching(note))
    expect(notes.join('\n')).not.toContain('CANARY')
    expect(fields).toEqual({ ...base, ...expected })
    expect(() => checkFields({ key: 'call', type: customHttp }, fields)).not.toThrow()
  })

  test('a multipart header without the boundary that the step makes is not taken over', () => {
    const { fields } = read("-F a=b -H 'Content-Type: multipart/form-data'")
    expect(fields).not.toHaveProperty('headers')
  })
})

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

  test('user info becomes a header, decoded, unless -u says another', () => {
    const { fields } = parseCurl('curl https://me%40x:p%3Aw@a.example/')
    expect(fields).toMatchObject({
      url: 'https://a.example/',
      headers: [{ name: 'Authorization', value: `Basic ${btoa('me@x:p:w')}` }],
    })
    const other = parseCurl('curl -u a:b https://me:pw@a.example/').fields
    expect(other).toMatchObject({ headers: [{ name: 'Authorization', value: 'Basic YTpi' }] })
  })

  test('a pattern of several URLs is noted, and sent as it is', () => {
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
    ['curl https://a.example --frobnicate CANARY', /word 3 is no option that curl has: --frobnicate\./],
    ['curl https://a.example --CANARY_KEY', /word 3 is no option that curl has\. /],
    ['curl https://a.example --silent=CANARY', /word 3 is no option/],
    ['curl https://a.example -s@', /word 3 is no option that curl has: -@\./],
    ['curl https://a.example -', /word 3 is no option/],
    ['curl https://a.example -d', /option -d at its end has no value/],
    ['curl https://a.example -sX', /option -X at its end has no value/],
    ['curl https://a.example -m CANARY', /the value of -m is no number/],
    ['curl https://a.example -X CANARY', /the method of -X is none of GET, POST/],
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

describe('as they are copied', () => {
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

test('whatever the texts are, the step gets exactly them', () => {
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
        const { input } = renderFields(customHttp, it, { secrets: new Map(), trigger: null, steps: {} })
        return input as { body?: Sensitive; form?: { value: Sensitive }[] }
      }
      if (parts !== '') expect(reveal(fields).body?.reveal()).toBe(body)
      expect(reveal(form.fields).form?.[0]?.value.reveal()).toBe(value)
    }),
  )
})

test('any list of words ends in fields that can be saved, or in a refusal', () => {
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
    // `--help` takes a value only sometimes.
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
