import { describe, expect, test } from 'vitest'
import { type CurlFields, parseCurl } from '../../plugins/custom-http/curl/index.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { checkFields } from '../../src/steps/index.ts'

const url = 'https://api.example.com/x'
const base: CurlFields = { method: 'GET', url, bodyKind: 'none', followRedirects: false }
const read = (options: string) => parseCurl(`curl ${url} ${options}`)
const formType = { name: 'Content-Type', value: 'application/x-www-form-urlencoded' }

describe('fields without notes', () => {
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

describe('a part that cannot be imported is noted', () => {
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
    ['-d @CANARY', /^Left out -d where it names a file/, { method: 'POST' }],
    [
      '--data-binary @CANARY -d a=1',
      /^Left out --data-binary where it names/,
      { method: 'POST', bodyKind: 'form', form: [{ name: 'a', value: '1' }] },
    ],
    ['--data-urlencode a@CANARY', /^Left out --data-urlencode where/, { method: 'POST' }],
    [
      '-F a=@CANARY -F b=c',
      /^Left out -F where it names/,
      { method: 'POST', bodyKind: 'multipart', form: [{ name: 'b', value: 'c' }] },
    ],
    [
      "-F 'a=b;headers=CANARY'",
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
    ["-H 'X: CANARY\u0001'", /^Left out a header with a line break or another/, {}],
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

  test("a multipart header without the step's own boundary is not imported", () => {
    const { fields } = read("-F a=b -H 'Content-Type: multipart/form-data'")
    expect(fields).not.toHaveProperty('headers')
  })
})
