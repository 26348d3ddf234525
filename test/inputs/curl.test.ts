import { describe, expect, test } from 'vitest'
import { type CurlFields, parseCurl } from '../../plugins/custom-http/curl/index.ts'
import { AppError } from '../../src/errors.ts'

const U = 'https://a.example/x'
const fieldsOf = (command: string) => parseCurl(command).fields
const JSON_BODY = { bodyKind: 'json', body: '{"a":1}' } as const

/** What curl sends for the command, as fields. */
const rows: readonly [from: string, command: string, fields: Partial<CurlFields>][] = [
  ['curl -d @file is still a POST', `curl -d @body.json ${U}`, { method: 'POST', bodyKind: 'none' }],
  ['curl -d @- is still a POST', `curl -d @- ${U}`, { method: 'POST' }],
  ['--data-binary @file', `curl --data-binary @x.bin ${U}`, { method: 'POST' }],
  ['--data-urlencode name@file', `curl --data-urlencode a@file ${U}`, { method: 'POST' }],
  ['--json @file', `curl --json @file ${U}`, { method: 'POST' }],
  ['-F file=@x', `curl -F file=@x.png ${U}`, { method: 'POST' }],
  ['-T file is a PUT', `curl -T x.png ${U}`, { method: 'PUT' }],
  ['-G -d @file stays a GET', `curl -G -d @file ${U}`, { method: 'GET' }],
  ['-X with -d @-', `curl -X PATCH -d @- ${U}`, { method: 'PATCH' }],
  ['--range', `curl --range 0-499 ${U}`, { headers: [{ name: 'Range', value: 'bytes=0-499' }] }],
  ['-r', `curl -r -500 ${U}`, { headers: [{ name: 'Range', value: 'bytes=-500' }] }],
  ['a comment at the end', `curl ${U} # get it`, { method: 'GET', url: U }],
  ['a comment between lines', `curl ${U} \\\n  # the body\n  -d a=1`, { method: 'POST', bodyKind: 'form' }],
  ['comments before', `# List\n#  all\ncurl ${U}`, { url: U }],
  ['# within a word', `curl '${U}#c' -H a#b:c`, { url: `${U}#c` }],
  ['a here-document', `curl -H 'Content-Type: application/json' -d @- ${U} <<EOF\n{"a":1}\nEOF`, JSON_BODY],
  [
    'a quoted here-document',
    `curl --json @- ${U} <<'END'\n{"a":1}\nEND\n`,
    { ...JSON_BODY, body: '{"a":1}\n' },
  ],
  [
    'a here-document before its options',
    `curl ${U} <<-EOF -H 'Content-Type: text/plain' --data-binary @-\n\tline\n\tEOF`,
    { bodyKind: 'text', body: 'line\n' },
  ],
  ['a here-string', `curl --json @- ${U} <<< '{"a":1}'`, { ...JSON_BODY, body: '{"a":1}\n' }],
  ['curly quotes', `curl ${U} -H “Accept: text/csv”`, { headers: [{ name: 'Accept', value: 'text/csv' }] }],
  [
    'curly single quotes',
    `curl ‘${U}’ -d ‘{"a":1}’ -H ‘Content-Type: application/json’`,
    { ...JSON_BODY, url: U },
  ],
  [
    'curly quotes within straight ones',
    `curl ${U} -d '{"a":"“b”"}' -H 'Content-Type: application/json'`,
    { body: '{"a":"“b”"}' },
  ],
  [
    'dashes of a word processor',
    `curl –X PUT —header 'Accept: text/csv' –data a=1 ${U}`,
    { method: 'PUT', headers: [{ name: 'Accept', value: 'text/csv' }] },
  ],
  ['--head', `curl --head ${U}`, { method: 'HEAD' }],
  [
    '--hea, short for --header or --head, is refused; --heade is short',
    `curl --heade 'Accept: text/csv' ${U}`,
    { headers: [{ name: 'Accept', value: 'text/csv' }] },
  ],
  ['--reques', `curl --request PUT ${U}`, { method: 'PUT' }],
  ['--user-a', `curl --user-a me ${U}`, { headers: [{ name: 'User-Agent', value: 'me' }] }],
  ['--location-t', `curl --insec --location-t ${U}`, { followRedirects: true }],
  ['combined short options', `curl -sSLXPOST ${U}`, { method: 'POST', followRedirects: true }],
  ['-sSLX with the value behind', `curl -sSLX DELETE ${U}`, { method: 'DELETE' }],
  ['a value in the word', `curl -da=1 -HAccept:text/csv ${U}`, { bodyKind: 'form' }],
  ["$'…'", `curl ${U} --data-raw $'{"a":1}' -H 'content-type: application/json'`, JSON_BODY],
  ['continued lines of bash', `curl \\\n -X PUT \\\n ${U}`, { method: 'PUT' }],
  ['continued lines of cmd', `curl ^\r\n -X PUT ^\r\n "${U}"`, { method: 'PUT', url: U }],
  ['continued lines of PowerShell', `curl.exe \`\n -X PUT \`\r\n ${U}`, { method: 'PUT', url: U }],
  [
    'quotes of PowerShell',
    `curl.exe ${U} \`\n -H "Content-Type: application/json" \`\n -d "{\`"a\`":1}"`,
    JSON_BODY,
  ],
  [
    'PowerShell: two quotes are one within quotes of the same kind',
    `curl.exe ${U} \`\n  -H "X-Q: say ""hi""" -d '{"a":"it''s"}' -H 'Content-Type: application/json'`,
    { headers: [{ name: 'X-Q', value: 'say "hi"' }], bodyKind: 'json', body: `{"a":"it's"}` },
  ],
  [
    'PowerShell: a quote that Windows PowerShell needs escaped for a program',
    `curl.exe -X POST ${U} -H 'Content-Type: application/json' -d '{\\"a\\":\\"it''s\\"}'`,
    { method: 'POST', bodyKind: 'json', body: `{"a":"it's"}` },
  ],
  [
    'PowerShell: escapes by a backtick',
    `curl.exe ${U} \`\n -H 'Content-Type: text/plain' -d "cost=\`$5\`tnet\`\`"`,
    { bodyKind: 'text', body: 'cost=$5\tnet`' },
  ],
  ['PowerShell: a here-string', `curl.exe --json @'\n{"a":"b'c"}\n'@ ${U}`, { body: `{"a":"b'c"}` }],
  [
    'PowerShell: a here-string with escapes',
    `curl.exe ${U} -H "Content-Type: application/json" -d @"\r\n{"a":"\`$1"}\r\n"@`,
    { body: '{"a":"$1"}' },
  ],
  [
    'PowerShell: the call operator',
    `& 'C:\\Program Files\\curl\\curl.exe' ${U} -X PUT`,
    { method: 'PUT', url: U },
  ],
  ['PowerShell: --%', `curl.exe --% ${U} -d "a=1"`, { method: 'POST', bodyKind: 'form' }],
  ['PowerShell: a comment', `curl.exe ${U} \`\n -X PUT # it's all`, { method: 'PUT' }],
  [
    'PowerShell: curly quotes are quotes',
    `& curl.exe ${U} -H ‘Accept: text/csv’`,
    { headers: [{ name: 'Accept', value: 'text/csv' }] },
  ],
  [
    'curl.exe with double quotes alone, as cmd and PowerShell give them',
    `curl.exe "${U}" -H "Content-Type: application/json" -d "{\\"a\\":1}"`,
    JSON_BODY,
  ],
  ['curl.exe in Git Bash', `curl.exe '${U}' \\\n  -X PUT`, { method: 'PUT', url: U }],
  [
    'a prompt of PowerShell with quotes',
    `PS C:\\> curl.exe ${U} -d 'it''s' -H 'Content-Type: text/plain'`,
    { body: "it's" },
  ],
  ['a fence of Markdown', ['```sh', `curl ${U} \\`, '  -X PUT', '```'].join('\n'), { method: 'PUT', url: U }],
  ['a fence with a prompt', `~~~\n$ curl ${U}\n~~~\n`, { url: U }],
  ['sudo and time', `time sudo curl -X PUT ${U}`, { method: 'PUT' }],
  ['a variable before it', `TOKEN='a b' DEBUG=1 curl -X PUT ${U}`, { method: 'PUT' }],
  [
    'a request of an .http file, without a version',
    `POST ${U}\nContent-Type: application/json\n\n{"a":1}`,
    { method: 'POST', url: U, ...JSON_BODY },
  ],
  ['a prompt of PowerShell', `PS C:\\Users\\me> curl.exe ${U}`, { url: U }],
  ['--data-urlencode', `curl --data-urlencode 'a=b c&d' --data-urlencode '=e f' ${U}`, { method: 'POST' }],
  ['-G with --data-urlencode', `curl -G --data-urlencode 'q=a b' ${U}`, { method: 'GET', url: `${U}?q=a+b` }],
  ['--json', `curl --json '{"a":1}' ${U}`, { method: 'POST', ...JSON_BODY }],
  ['-b', `curl -b 'a=1; b=2' ${U}`, { headers: [{ name: 'Cookie', value: 'a=1; b=2' }] }],
  ['-I', `curl -I ${U}`, { method: 'HEAD' }],
  [
    '--oauth2-bearer',
    `curl --oauth2-bearer abc ${U}`,
    { headers: [{ name: 'Authorization', value: 'Bearer abc' }] },
  ],
  [
    '-F with a type',
    `curl -F 'meta={"a":1};type=application/json' ${U}`,
    {
      bodyKind: 'multipart',
      form: [{ name: 'meta', value: '{"a":1}' }],
      partTypes: [{ name: 'meta', value: 'application/json' }],
    },
  ],
  [
    '-F with a type and its charset, and a file name',
    `curl -F 'm=a;type=text/plain; charset=utf-8;filename="a b.txt"' ${U}`,
    {
      partTypes: [{ name: 'm', value: 'text/plain; charset=utf-8' }],
      fileNames: [{ name: 'm', value: 'a b.txt' }],
    },
  ],
  ['any method', `curl -X PROPFIND ${U}`, { method: 'OTHER', otherMethod: 'PROPFIND' }],
  ['a method in small letters', `curl -X purge ${U}`, { method: 'OTHER', otherMethod: 'PURGE' }],
  ['--url in the middle', `curl -s --url ${U} -X POST`, { url: U, method: 'POST' }],
  [
    'the head of a request',
    'REPORT /cal/x HTTP/1.1\r\nHost: dav.example\r\nDepth: 1\r\n\r\n<a/>',
    {
      method: 'OTHER',
      otherMethod: 'REPORT',
      url: 'https://dav.example/cal/x',
      bodyKind: 'text',
      body: '<a/>',
    },
  ],
  [
    'the head of a GET with a whole URL',
    `GET ${U} HTTP/1.1\nAccept: text/csv\n\n`,
    { method: 'GET', url: U, headers: [{ name: 'Accept', value: 'text/csv' }] },
  ],
  [
    'the head of a request to this machine',
    'POST /x HTTP/1.1\nHost: localhost:8080\nContent-Type: application/json\n\n{"a":1}',
    { method: 'POST', url: 'http://localhost:8080/x', ...JSON_BODY },
  ],
]

test.each(rows)('%s: %s', (_from, command, fields) => {
  expect(fieldsOf(command)).toMatchObject(fields)
})

test.each<[option: string, command: string, note: RegExp]>([
  ['-k', `curl -k ${U}`, /Left out -k: a step always checks the certificate/],
  ['-x', `curl -x http://p:8080 ${U}`, /Left out -x: .* proxy/],
  ['-K', `curl -K file ${U}`, /Left out -K: a step reads and writes no files/],
  ['-d @file', `curl -d @CANARY ${U}`, /Left out -d where it names a file/],
  [
    '--aws-sigv4',
    `curl --aws-sigv4 aws:amz:eu:s3 -u CANARY:CANARY ${U}`,
    /Left out --aws-sigv4: the step sends no credentials in this way/,
  ],
  ['--request-target', `curl --request-target '*' ${U}`, /Left out --request-target/],
  ['a variable in a here-document', `curl -d @- ${U} <<EOF\n{"a":"$CANARY"}\nEOF`, /shell variable/],
  ['curly quotes', `curl ${U} -H “Accept: text/csv”`, /Curly quotes were taken for straight ones/],
  ['globbing', "curl 'https://a.example/[1-3]'", /several requests/],
  [
    'headers= of a part',
    `curl -F 'a=b;headers="X: y"' ${U}`,
    /Left out what follows the value in -F besides its type/,
  ],
  ['what follows a pipe', `curl ${U} | jq .`, /What follows \|/],
])('%s is told', (_option, command, note) => {
  const { notes } = parseCurl(command)
  expect(notes.join('\n')).toMatch(note)
  expect(notes.join('\n')).not.toContain('CANARY')
})

describe('is refused in words', () => {
  test.each<[command: string, words: RegExp]>([
    [`curl --dat CANARY ${U}`, /is no option that curl has, or the beginning of several: --dat/],
    [`curl --frobnicate CANARY ${U}`, /is no option that curl has/],
    [`curl -X 'A B' ${U}`, /the method of -X is none that a step sends/],
    [`curl -X CONNECT ${U}`, /not CONNECT or TRACE/],
    [`curl ${U} https://b.example`, /has several URLs/],
    [`curl -d @- ${U} <<EOF\n{}`, /the here-document at character \d+ has no end/],
    [`curl ${U} -H “Accept`, /is never closed/],
    ['GET /x HTTP/1.1\nAccept: */*\n\n', /has no Host header/],
    [`wget ${U}`, /does not begin with curl/],
  ])('%s', (command, words) => {
    expect(() => parseCurl(command)).toThrow(words)
    expect(() => parseCurl(command)).not.toThrow(/CANARY/)
  })
})

test.each([
  ['quotes', `'`],
  ['curly quotes', '“'],
  ['here-documents', '<<E\n'],
  ['backslashes', '\\'],
  ['comments', '# \n'],
  ['backticks', '`\n'],
  ['semicolons of a part', ';type=a'],
  ['dashes', '—'],
  ['short options', ' -s'],
])('a megabyte of %s ends', (_what, more) => {
  const text = `curl ${U} -F a=b${more.repeat(Math.floor(1_000_000 / more.length))}`
  try {
    parseCurl(text)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
  }
})
